/** Pages of content by the scheme that Markdown files use for them. */
const schemes: Record<string, string> = {
  explainer: '/explainers/',
  lab: '/labs/',
  module: '/modules/',
  remedial: '/remedials/',
  interview: '/interview/',
};

/** The page's own address for a content link such as "explainer:hash-maps#cost"; others are left as they are. */
export function resolveLink(href: string): string {
  const parts = /^([a-z]+):([a-z0-9][a-z0-9-]*)(#.*)?$/.exec(href);
  const folder = parts === null ? undefined : schemes[parts[1] ?? ''];
  return folder === undefined || parts === null ? href : `${folder}${parts[2]}${parts[3] ?? ''}`;
}

/** What a page needs before it can be shown whole. */
export function needs(html: string): { maths: boolean; charts: boolean; code: boolean } {
  return {
    maths: /class="[^"]*\bmath\b/.test(html),
    charts: /class="[^"]*\bmermaid\b/.test(html),
    code: /class="[^"]*\blanguage-(python|py)\b/.test(html),
  };
}

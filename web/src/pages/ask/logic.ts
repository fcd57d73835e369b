import type { Schemas } from '../../api/client';
import { resolveLink } from '../../prose/links';

type Citation = Schemas['Citation'];
type Passage = Schemas['TutorAnswer']['passages'][number];

/** The page of a passage, at its section, with the quote to be marked there. */
export function hrefOfPassage(passage: Pick<Passage, 'id' | 'anchor'>, quote = ''): string {
  const page = resolveLink(passage.id.split('#')[0] ?? '');
  const search = quote === '' ? '' : `?${new URLSearchParams({ quote }).toString()}`;
  return `${page}${search}${passage.anchor === '' ? '' : `#${passage.anchor}`}`;
}

export function hrefOfCitation(citation: Citation): string {
  return hrefOfPassage({ id: citation.id, anchor: citation.source?.anchor ?? '' }, citation.quote);
}

/** The question in the address. */
export function askedIn(search: string): string {
  return new URLSearchParams(search).get('q')?.trim() ?? '';
}

/** One entry a page, in the order of the best passage. */
export function nearestPages(passages: readonly Passage[]): Passage[] {
  const seen = new Set<string>();
  return passages.filter((passage) => {
    const page = passage.id.split('#')[0] ?? '';
    return !seen.has(page) && seen.add(page);
  });
}

/** What a verdict means to a reader. */
export const verdicts: Record<Citation['verdict'], string> = {
  supported: 'The page says this',
  partly: 'The page says part of this',
  unsupported: 'The page does not say this',
};

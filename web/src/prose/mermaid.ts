import mermaid from 'mermaid';

declare global {
  // Set by the build's rewrite of Mermaid (vite.config.ts): the rules of the drawing made last.
  var groundworkMermaidSheet: CSSStyleSheet | undefined;
}

let started = false;
let drawn = 0;

function start(): void {
  if (started) return;
  started = true;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    theme: 'base',
    fontFamily: "'Source Serif 4', Georgia, serif",
    htmlLabels: false,
    markdownAutoWrap: true,
    flowchart: { htmlLabels: false, useMaxWidth: false, curve: 'monotoneY', nodeSpacing: 36, rankSpacing: 44, padding: 12, wrappingWidth: 190 },
    sequence: { useMaxWidth: false, mirrorActors: false, actorMargin: 40, messageFontSize: 15, actorFontSize: 15, noteFontSize: 14 },
    themeVariables: { fontSize: '16px' },
  });
}

export interface Drawing {
  svg: SVGSVGElement;
  /** Gives back the sheet of the drawing. */
  release: () => void;
}

/** Draws one chart. Fails with Mermaid's own message when the text is not a flowchart or sequence diagram. */
export async function draw(source: string): Promise<Drawing> {
  start();
  await document.fonts.load("16px 'Source Serif 4'");
  const id = `chart-${(drawn += 1)}`;
  const { svg: text } = await mermaid.render(id, source);
  const sheet = globalThis.groundworkMermaidSheet;
  globalThis.groundworkMermaidSheet = undefined;
  const parsed = new DOMParser().parseFromString(text, 'text/html').querySelector('svg');
  if (parsed === null) throw new Error('the chart came out empty');
  const styles: [Element, string][] = [];
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const copy = (from: Element, to: Element): void => {
    for (const { name, value } of from.attributes) {
      if (name === 'style') styles.push([to, value]);
      else to.setAttribute(name, value);
    }
    for (const child of from.childNodes) {
      if (child instanceof Element) {
        const made = document.createElementNS(child.namespaceURI, child.localName);
        to.append(made);
        copy(child, made);
      } else {
        to.append(document.importNode(child));
      }
    }
  };
  copy(parsed, svg);
  for (const [element, value] of styles) (element as SVGElement).style.cssText = value;
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(/\s+/).map(Number);
  svg.setAttribute('width', String(Math.ceil(width)));
  svg.setAttribute('height', String(Math.ceil(height)));
  svg.style.removeProperty('max-width');
  return {
    svg,
    release: () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    },
  };
}

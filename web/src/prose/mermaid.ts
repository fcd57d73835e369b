import mermaid from 'mermaid';
import { sendStylesThroughCssom } from './inline_styles';

declare global {
  // Set by the build's rewrite of Mermaid (vite.config.ts): the rules of the drawing made last.
  var groundworkMermaidSheet: CSSStyleSheet | undefined;
}

let started = false;
let drawn = 0;

function start(): void {
  if (started) return;
  started = true;
  sendStylesThroughCssom();
  mermaid.initialize({
    startOnLoad: false,
    // Not 'strict': its sanitiser parses style attributes, which the page's policy refuses. `copy` below lets through
    // shapes and text only.
    securityLevel: 'loose',
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

const svgSpace = 'http://www.w3.org/2000/svg';
const shapes = new Set(['svg', 'g', 'path', 'rect', 'circle', 'ellipse', 'polygon', 'polyline', 'line', 'text', 'tspan', 'defs', 'marker', 'symbol', 'use', 'title', 'desc']);

/** Copies shapes and text; nothing that could run, load or lead elsewhere. */
function copy(from: Element, to: Element, styles: [Element, string][]): void {
  for (const { name, value } of from.attributes) {
    if (name === 'data-style') styles.push([to, value]);
    else if (!name.startsWith('on') && (!name.endsWith('href') || value.startsWith('#'))) to.setAttribute(name, value);
  }
  for (const child of from.childNodes) {
    if (child instanceof Text) to.append(child.data);
    if (!(child instanceof Element) || !shapes.has(child.localName)) continue;
    const made = document.createElementNS(svgSpace, child.localName);
    to.append(made);
    copy(child, made, styles);
  }
}

/** Draws one chart. Fails with Mermaid's own message when the text is not a flowchart or sequence diagram. */
export async function draw(source: string): Promise<Drawing> {
  start();
  await document.fonts.load("16px 'Source Serif 4'");
  const id = `chart-${(drawn += 1)}`;
  const { svg: text } = await mermaid.render(id, source);
  const sheet = globalThis.groundworkMermaidSheet;
  globalThis.groundworkMermaidSheet = undefined;
  // A style attribute would be refused while the text is parsed; under another name it comes through.
  const renamed = text.replace(/<[^>]+>/g, (tag) => tag.replace(/(\s)style=/g, '$1data-style='));
  const parsed = new DOMParser().parseFromString(renamed, 'text/html').querySelector('svg');
  if (parsed === null) throw new Error('the chart came out empty');
  const svg = document.createElementNS(svgSpace, 'svg');
  const styles: [Element, string][] = [];
  copy(parsed, svg, styles);
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

/** A text as it is compared: white space is one blank, typographic quotes and dashes are plain. */
function plain(text: string): string {
  return text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"').replace(/[\u2013\u2014]/g, '-');
}

/** The longest stretch of a quote without a formula, which a page shows as something else. */
export function searchable(quote: string): string {
  const parts = quote.split(/\$[^$]*\$/).map((part) => plain(part).replace(/\s+/g, ' ').trim());
  return parts.reduce((best, part) => (part.length > best.length ? part : best), '');
}

export interface Place {
  node: Text;
  offset: number;
}

/** Where a quote begins and ends among the text nodes, white space aside. */
export function placeOf(nodes: readonly Text[], quote: string): { start: Place; end: Place } | undefined {
  const wanted = searchable(quote);
  if (wanted === '') return undefined;
  let text = '';
  const places: Place[] = [];
  for (const node of nodes) {
    for (const [offset, character] of Array.from({ length: node.data.length }, (_, index) => [index, plain(node.data[index] ?? '')] as const)) {
      const blank = /\s/.test(character);
      if (blank && (text === '' || text.endsWith(' '))) continue;
      text += blank ? ' ' : character;
      places.push({ node, offset });
    }
  }
  const at = text.indexOf(wanted);
  const start = places[at];
  const end = places[at + wanted.length - 1];
  return at < 0 || start === undefined || end === undefined ? undefined : { start, end: { node: end.node, offset: end.offset + 1 } };
}

/** Marks the quote in the element and brings it into view. False where it is not there. */
export function markQuote(root: Element, quote: string): boolean {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode() !== null) nodes.push(walker.currentNode as Text);
  const place = placeOf(nodes, quote);
  if (place === undefined) return false;
  const range = document.createRange();
  range.setStart(place.start.node, place.start.offset);
  range.setEnd(place.end.node, place.end.offset);
  CSS.highlights.set('quote', new Highlight(range));
  place.start.node.parentElement?.scrollIntoView({ block: 'center' });
  return true;
}

export function unmarkQuote(): void {
  CSS.highlights.delete('quote');
}

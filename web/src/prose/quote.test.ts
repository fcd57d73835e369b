import { describe, expect, it } from 'vitest';
import { placeOf, searchable } from './quote';

const text = (data: string) => ({ data }) as Text;

describe('a quote in a page', () => {
  it('is found across elements and line breaks', () => {
    const nodes = [text('Before. An entry\n  is '), text('evicted'), text(' when it’s full. After.')];
    const place = placeOf(nodes, "An entry is evicted when it's full.");
    expect(place?.start).toEqual({ node: nodes[0], offset: 8 });
    expect(place?.end).toEqual({ node: nodes[2], offset: 16 });
  });
  it('is not invented', () => {
    expect(placeOf([text('something else')], 'An entry is evicted')).toBeUndefined();
    expect(placeOf([text('something else')], '')).toBeUndefined();
  });
  it('is looked for without its formulas', () => {
    expect(searchable('It takes $O(1)$ time for each operation.')).toBe('time for each operation.');
  });
});

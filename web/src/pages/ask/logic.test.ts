import { describe, expect, it } from 'vitest';
import { askedIn, hrefOfCitation, hrefOfPassage, nearestPages } from './logic';

describe('the address of a citation', () => {
  it('is the page, the quote and the section', () => {
    const citation = {
      number: 1, id: 'explainer:hash-maps#3', title: 'Hash maps', quote: 'a & b', start: 0, end: 5, verdict: 'supported' as const, support: 1,
      source: { path: 'x.md', anchor: 'cost', sha256: '', start: 10, end: 15 },
    };
    expect(hrefOfCitation(citation)).toBe('/explainers/hash-maps?quote=a+%26+b#cost');
  });
  it('needs neither a section nor a quote', () => {
    expect(hrefOfPassage({ id: 'remedial:lru-order#1', anchor: '' })).toBe('/remedials/lru-order');
  });
});

describe('the nearest pages', () => {
  it('are named once each', () => {
    const passage = (id: string) => ({ id, anchor: '', title: id, text: '', path: '', score: 0 });
    expect(nearestPages([passage('a#1'), passage('b#1'), passage('a#2')]).map((one) => one.id)).toEqual(['a#1', 'b#1']);
  });
});

describe('the question in the address', () => {
  it('is trimmed, and empty where there is none', () => {
    expect(askedIn('?q=+why%3F+')).toBe('why?');
    expect(askedIn('')).toBe('');
  });
});

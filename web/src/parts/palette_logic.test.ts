import { describe, expect, it } from 'vitest';
import { askTarget, hitTargets, noticeOf, pageTargets, whyOf } from './palette_logic';

const hit = (words: string[]) => ({ id: 'explainer:a#1', title: 'A', title_parts: [], snippet: [], kind: 'explainer', page: 'a', module: 'm', anchor: 's', score: 1, words });

describe('what can be chosen', () => {
  it('is every page before anything is typed, then those that begin so', () => {
    expect(pageTargets('').map((one) => one.href)).toContain('/tokens');
    expect(pageTargets('TO').map((one) => one.href)).toEqual(['/', '/tokens']);
    expect(pageTargets('hash')).toEqual([]);
  });
  it('is the passage at its section, and the question', () => {
    expect(hitTargets({ hits: [hit(['x'])], corrected: {} })[0]?.href).toBe('/explainers/a#s');
    expect(askTarget(' why & how? ').href).toBe('/ask?q=why+%26+how%3F');
  });
});

describe('why a passage is there', () => {
  it('is the words that it has, or its meaning', () => {
    expect(whyOf(hit(['scan', 'LRU']))).toBe('Explainer, has scan, LRU');
    expect(whyOf(hit(['cahce']), { cahce: 'cache' })).toBe('Explainer, has cache');
    expect(whyOf(hit([]))).toBe('Explainer, near in meaning');
  });
});

describe('the notice', () => {
  const found = { hits: [hit(['cache'])], corrected: {}, unknown: [] };
  it('is silent where all was found as it was typed', () => {
    expect(noticeOf(found)).toBe('');
  });
  it('names corrections and words that are nowhere', () => {
    expect(noticeOf({ ...found, corrected: { cahce: 'cache' } })).toBe('Looked for “cache” for “cahce”.');
    expect(noticeOf({ ...found, unknown: ['qwertz'] })).toBe('No page has “qwertz”.');
  });
  it('says when only the meaning is near, and when nothing is', () => {
    expect(noticeOf({ ...found, hits: [hit([])] })).toContain('nearest in meaning');
    expect(noticeOf({ ...found, hits: [] })).toBe('Nothing found.');
  });
});

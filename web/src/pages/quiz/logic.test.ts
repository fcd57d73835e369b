import { describe, expect, it } from 'vitest';
import { draftOf, move, nextOpen, parseNumber, placeOfKey, progressText, toAnswer, type Item } from './logic';

const option = (id: string) => ({ id, html: id });
const item = (kind: Item['kind'], extra: Partial<Item> = {}): Item => ({ id: 'q', kind, concept: 'c', prompt_html: '', ...extra });

describe('parseNumber', () => {
  it.each([
    ['12.5', 12.5], ['0,75', 0.75], ['1 000', 1000], ['\u22123', -3], ['3/4', 0.75], ['1e-3', 0.001], ['.5', 0.5],
  ])('reads %s', (text, value) => {
    expect(parseNumber(text)).toBeCloseTo(value);
  });
  it.each(['', 'many', '1/0', '1.2.3', '12 ms', 'Infinity', '0x10', '1,000,000'])('refuses “%s” instead of guessing', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

describe('toAnswer', () => {
  it('says what is missing', () => {
    expect(toAnswer(item('single'), '')).toEqual({ missing: 'Choose one option.' });
    expect(toAnswer(item('matching', { lefts: [option('a'), option('b')] }), { a: '1' })).toEqual({ missing: 'One entry has no partner yet.' });
    expect(toAnswer(item('numeric'), 'ten')).toEqual({ missing: 'Expected a number such as 12.5, found “ten”.' });
  });
  it('sends a number as a number and a prediction with its spaces', () => {
    expect(toAnswer(item('numeric'), ' 0,5 ')).toEqual({ answer: 0.5 });
    expect(toAnswer(item('predict'), '  1\n2\n')).toEqual({ answer: '  1\n2' });
    expect(toAnswer(item('short'), '  deque ')).toEqual({ answer: 'deque' });
  });
});

describe('draftOf', () => {
  it('drops what was kept for another form of the item', () => {
    const ordering = item('ordering', { options: [option('a'), option('b')] });
    expect(draftOf(ordering, { q: ['b', 'a'] })).toEqual(['b', 'a']);
    expect(draftOf(ordering, { q: ['b', 'gone'] })).toEqual(['a', 'b']);
    expect(draftOf(item('single', { options: [option('a')] }), { q: 'gone' })).toBe('');
  });
});

describe('move', () => {
  it('moves by a step and stops at the ends', () => {
    expect(move(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(move(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(move(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });
});

describe('placeOfKey', () => {
  it('takes digits and letters up to the number of options', () => {
    expect(placeOfKey('1', 4)).toBe(0);
    expect(placeOfKey('D', 4)).toBe(3);
    expect(placeOfKey('e', 4)).toBeUndefined();
    expect(placeOfKey('Enter', 4)).toBeUndefined();
  });
});

describe('nextOpen', () => {
  const items = [true, false, true, false].map((answered, index) => ({ ...item('single'), id: String(index), answered }));
  it('looks on from where one is, then from the start', () => {
    expect(nextOpen(items, 2)).toBe(3);
    expect(nextOpen(items.slice(0, 3), 2)).toBe(1);
    expect(nextOpen(items.filter((entry) => entry.answered))).toBeUndefined();
  });
});

describe('progressText', () => {
  it('says that the quiz may grow', () => {
    const items = [{ ...item('single'), answered: true }, item('single')];
    expect(progressText({ items, planned: 2, maximum: 25 })).toBe('1 of 2 answered, at most 25');
    expect(progressText({ items, planned: 2, maximum: 2 })).toBe('1 of 2 answered');
  });
});

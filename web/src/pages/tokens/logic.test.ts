import { describe, expect, it } from 'vitest';
import { budgetOf, dollarsText, lengthOf, limitNote, overflow, parsePrice, parseTokens, partsOf, stretches, titleOf, type Fields } from './logic';

const piece = (token: string, begin: number, end: number, more = {}) => ({ token, id: 1, begin, end, continues: false, unknown: false, cut: false, ...more });

describe('a text in pieces', () => {
  it('is the whole text again, though offsets are bytes', () => {
    const text = ' né 😀!';
    const shown = stretches(text, [piece('ne', 1, 4), piece('[UNK]', 5, 9, { unknown: true })]);
    expect(shown.map((one) => one.text)).toEqual([' ', 'né', ' ', '😀', '!']);
    expect(shown.map((one) => one.text).join('')).toBe(text);
    expect(shown[3]?.unknown).toBe(true);
  });
  it('shows tokens that share a character once', () => {
    const shown = stretches('가', [piece('ᄀ', 0, 3), piece('##ᅡ', 0, 3, { continues: true })]);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.tokens).toEqual(['ᄀ', '##ᅡ']);
  });
});

describe('what is written in a field', () => {
  it('is a number of tokens, with or without commas', () => {
    expect(parseTokens('8,192')).toBe(8192);
    expect(parseTokens('1 000 000')).toBe(1_000_000);
    for (const text of ['', '-1', '1.5', 'many', '12345678901']) expect(parseTokens(text)).toBeUndefined();
  });
  it('is a price in exact millionths', () => {
    expect(parsePrice('0.15')).toBe(150_000);
    expect(parsePrice('2.3')).toBe(2_300_000);
    expect(parsePrice('1000')).toBe(1_000_000_000);
    for (const text of ['', '1000.1', '.5', '0.1234567', '-2']) expect(parsePrice(text)).toBeUndefined();
  });
});

describe('money', () => {
  it('has the decimals that say something', () => {
    expect(dollarsText(486)).toBe('$0.000486');
    expect(dollarsText(150_000)).toBe('$0.15');
    expect(dollarsText(12_400_000)).toBe('$12.40');
    expect(dollarsText(0)).toBe('$0.00');
  });
});

const fields: Fields = { window: '8192', prompt: '100', answer: '500', passages: '6', passage: '200', priceIn: '0.15', priceCached: '0.075', priceOut: '0.6', cached: '0' };

describe('a budget', () => {
  it('fills the window exactly', () => {
    const read = budgetOf(fields);
    if (!('budget' in read)) throw new Error(`expected a budget, found ${read.wrong} wrong`);
    const parts = partsOf(read.budget, { passages: 6, context_tokens: 1200, input_tokens: 1300, answer_room: 6892, free_tokens: 6392 });
    expect(parts.reduce((sum, part) => sum + part.tokens, 0)).toBe(8192);
    expect(parts.map((part) => part.kind)).toEqual(['prompt', 'passages', 'answer', 'free']);
  });
  it('says by how much prompt and answer are too large', () => {
    const read = budgetOf({ ...fields, window: '500' });
    expect('budget' in read && overflow(read.budget)).toBe(100);
  });
  it('names the field that means nothing', () => {
    expect(budgetOf({ ...fields, answer: 'long' })).toEqual({ wrong: 'answer' });
    expect(budgetOf({ ...fields, passage: '0' })).toEqual({ wrong: 'passage' });
    expect(budgetOf({ ...fields, priceOut: 'free' })).toEqual({ wrong: 'priceOut' });
  });
});

describe('a list of prompts', () => {
  it('names each by its first line', () => {
    expect(titleOf('\nYou are a tutor.\nAnswer.')).toBe('You are a tutor.');
    expect(titleOf('x'.repeat(60))).toHaveLength(48);
  });
  it('has no bar where nothing is counted', () => {
    expect(lengthOf(0, 0)).toBe(0);
    expect(lengthOf(5, 20)).toBe(25);
  });
});

describe('what a model reads', () => {
  it('says how many of the tokens are its own', () => {
    expect(limitNote({ limit: 256, special: 2 })).toBe('It reads 256 tokens at most, two of them its own.');
    expect(limitNote({ limit: 8192, special: 0 })).toBe('It reads 8,192 tokens at most.');
  });
});

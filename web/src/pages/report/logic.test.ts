import { describe, expect, it } from 'vitest';
import { firstLacking, lackOf } from './logic';

const rules = { least_characters: 80, least_words: 10 };
const enough = 'Every query embedded the whole corpus again, because the matrix was built inside the request and never kept.';

describe('a part of a root-cause report', () => {
  it('has to say something', () => {
    expect(lackOf('  ', rules)).toBe('Nothing written yet.');
    expect(lackOf('slow', rules)).toBe('76 more characters.');
    expect(lackOf('slow '.repeat(30), rules)).toBe('9 more different words.');
    expect(lackOf(enough, rules)).toBe('');
  });

  it('is looked for in their order', () => {
    expect(firstLacking([{ id: 'a' }, { id: 'b' }], { a: enough }, rules)).toBe('b');
    expect(firstLacking([{ id: 'a' }], { a: enough }, rules)).toBeUndefined();
  });
});

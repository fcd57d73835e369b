import { describe, expect, it } from 'vitest';
import { answersOf, lackOf } from './logic';

const enough = 'A lock makes the check and the act one step, so that no other thread can come between the two of them.';

describe('a self-review', () => {
  it('asks for enough to be of use', () => {
    expect(lackOf('')).toBe('Nothing written yet.');
    expect(lackOf('a lock')).toContain('74 more');
    expect(lackOf(enough)).toBe('');
  });

  it('is complete only with every concept', () => {
    expect(answersOf(['a', 'b'], { a: enough })).toBeUndefined();
    expect(answersOf(['a'], { a: ` ${enough} ` })).toEqual([{ concept: 'a', text: enough }]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { kindsOf, kindText, merge, wantedFact } from './logic';

const fact = (seq: number, kind = 'quiz.finished'): Schemas['Fact'] => ({ seq, kind, id: `f${seq}`, version: 1, at: '2026-11-23T10:00:00Z', data: {}, summary: '', changes: [] });

describe('history', () => {
  it('shows each fact once, newest first', () => {
    expect(merge([fact(5), fact(4)], [fact(4), fact(6), fact(3)]).map(({ seq }) => seq)).toEqual([6, 5, 4, 3]);
  });

  it('counts kinds', () => {
    expect(kindsOf([fact(1, 'a'), fact(2, 'b'), fact(3, 'b')])).toEqual([{ kind: 'b', count: 2 }, { kind: 'a', count: 1 }]);
  });

  it('puts a kind into words', () => {
    expect(kindText('lab.graded')).toBe('Lab graded');
  });

  it.each([['?fact=12', 12], ['?fact=0', undefined], ['?fact=x', undefined], ['', undefined]])('reads %s as %s', (search, wanted) => {
    expect(wantedFact(search)).toBe(wanted);
  });
});

import { describe, expect, it } from 'vitest';
import { hoursByKind, placeOf } from './logic';

describe('the split of a week', () => {
  it('keeps the order of the kinds and gives shares of the whole', () => {
    expect(hoursByKind({ retrospective: 1, theory: 3, building: 5, interview: 2 })).toEqual([
      { kind: 'theory', hours: 3, share: 3 / 11 },
      { kind: 'building', hours: 5, share: 5 / 11 },
      { kind: 'interview', hours: 2, share: 2 / 11 },
      { kind: 'retrospective', hours: 1, share: 1 / 11 },
    ]);
  });

  it('leaves out kinds without hours', () => {
    expect(hoursByKind({ theory: 2 }).map((part) => part.kind)).toEqual(['theory']);
  });
});

describe('the place of a week', () => {
  const week = { from: '2026-11-23', to: '2026-11-29' };
  it.each([['2026-11-22', 'ahead'], ['2026-11-23', 'now'], ['2026-11-29', 'now'], ['2026-11-30', 'past']])('on %s it is %s', (date, place) => {
    expect(placeOf(week, date)).toBe(place);
  });
});

import { describe, expect, it } from 'vitest';
import { endOf, nextMonday, scaledSplit } from './logic';

describe('scaledSplit', () => {
  it.each([10, 11, 12])('adds up to %i hours', (hours) => {
    expect(scaledSplit(hours).reduce((sum, part) => sum + part.hours, 0)).toBe(hours);
  });
  it('is the roadmap’s own split at 11 hours', () => {
    expect(scaledSplit(11).map((part) => part.hours)).toEqual([3, 5, 2, 1]);
  });
});

describe('nextMonday', () => {
  it('is today on a Monday', () => {
    expect(nextMonday(new Date(2026, 10, 23))).toBe('2026-11-23');
  });
  it('is tomorrow on a Sunday', () => {
    expect(nextMonday(new Date(2026, 10, 29))).toBe('2026-11-30');
  });
});

describe('endOf', () => {
  it('is the Sunday of the last week', () => {
    expect(endOf('2026-11-23', 16)).toEqual(new Date(2027, 2, 14));
  });
  it('is nothing while the date is not written out', () => {
    expect(endOf('2026-1', 16)).toBeUndefined();
  });
});

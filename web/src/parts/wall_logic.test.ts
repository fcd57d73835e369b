import { describe, expect, it } from 'vitest';
import { courses } from './wall_logic';

const module = (module_id: string, week: number, estimated_hours: number) => ({
  module_id, week, estimated_hours, phase: 'phase-1', title: module_id, difficulty: 1, prerequisites: [], complete: true,
});

describe('courses', () => {
  const rows = courses([module('b', 2, 4), module('a1', 1, 3), module('a2', 1, 9)], [{ module_id: 'a1', status: 'complete' }], 100, 4);
  it('orders the weeks from the first', () => {
    expect(rows.map((row) => row.week)).toEqual([1, 2]);
  });
  it('gives each stone its share of the hours and fills the width', () => {
    const [a1, a2] = rows[0]!.stones;
    expect(a1!.width).toBeCloseTo(24);
    expect(a2!.width).toBeCloseTo(72);
    expect(a2!.x + a2!.width).toBeCloseTo(100);
    expect(rows[1]!.stones[0]!.width).toBe(100);
  });
  it('takes a module without a state as an outline', () => {
    expect(rows[0]!.stones.map((stone) => stone.status)).toEqual(['complete', 'outline']);
  });
});

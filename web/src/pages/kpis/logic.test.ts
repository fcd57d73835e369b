import { describe, expect, it } from 'vitest';
import { chartText, plotOf, valueText } from './logic';

const point = (week: string, value: number, low: number | null = null, high: number | null = null) => ({ week, value, low, high, met: null });

describe('a value', () => {
  it('carries its unit', () => {
    expect(valueText(0.4121, 'share')).toBe('41.2 %');
    expect(valueText(230.7, 'ms')).toBe('231 ms');
    expect(valueText(0.42, 'USD')).toBe('$0.42');
    expect(valueText(0, 'count')).toBe('0');
  });
});

describe('a chart', () => {
  it('puts later weeks to the right and higher values higher', () => {
    const plot = plotOf([point('2026-11-02', 1), point('2026-11-09', 3)], null, 100, 50);
    expect(plot.dots[0]?.x).toBe(0);
    expect(plot.dots[1]?.x).toBe(100);
    expect(plot.dots[1]?.y).toBeLessThan(plot.dots[0]?.y ?? 0);
  });

  it('leaves a gap where a week has no value', () => {
    const plot = plotOf([point('2026-11-02', 1), point('2026-11-09', 1), point('2026-11-30', 1)], null, 400, 50);
    expect(plot.dots.map((dot) => dot.x)).toEqual([0, 100, 400]);
  });

  it('holds the target and the intervals inside', () => {
    const plot = plotOf([point('2026-11-02', 0.5, 0.3, 0.7)], 0.9, 100, 50);
    expect(plot.target).toBeGreaterThanOrEqual(0);
    expect(plot.dots[0]?.low).toBeLessThanOrEqual(50);
    expect(plot.bottom).toBeGreaterThanOrEqual(0);
  });

  it('says what it shows', () => {
    expect(chartText('p95', 'ms', [{ value: 900 }, { value: 120 }], 200)).toBe('p95: 900 ms to 120 ms in 2 weeks, target 200 ms');
    expect(chartText('p95', 'ms', [], null)).toBe('p95: no value yet');
  });
});

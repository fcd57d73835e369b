import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { figureText, intervalText, lackOfWish, suiteText, trendPlot, trendText, verdictLook, whenText } from './logic';

type Trend = Schemas['MeasurementTrend'];
const point = (run: string, value: number, reference = false): Trend['points'][number] => ({ run, at: '2026-11-28T10:00:00Z', value, low: null, high: null, passed: null, reference, target: '' });
const trend = (points: Trend['points'], bound: number | null = null): Trend => ({ suite: 'search', kind: 'eval', metric: 'ndcg@10', unit: 'ratio', higher_is_better: true, bound, points, other_versions: 0 });

describe('a figure', () => {
  it('carries its unit', () => {
    expect(figureText(0.84215, 'ratio')).toBe('0.842');
    expect(figureText(231.4, 'ms')).toBe('231 ms');
    expect(intervalText({ low: 0.8, high: 0.9, unit: 'ratio' })).toBe('0.8 to 0.9');
    expect(intervalText({ low: null, high: 0.9, unit: 'ratio' })).toBe('');
  });
});

describe('a verdict', () => {
  it('of a run that goes on is not a failure', () => {
    expect(verdictLook({ verdict: 'incomplete', state: 'running' }).label).toBe('Not finished');
    expect(verdictLook({ verdict: 'incomplete', state: 'cancelled' }).label).toBe('Cancelled');
    expect(verdictLook({ verdict: 'fail', state: 'finished' }).tone).toBe('stop');
  });
});

describe('a moment', () => {
  it('that is none is shown as it is', () => {
    expect(whenText('<b>never</b>')).toBe('<b>never</b>');
    expect(whenText('2026-11-28T10:00:00Z')).toContain('28 Nov');
  });
});

describe('a name', () => {
  it('tells a load run of a profile from a suite', () => {
    expect(suiteText({ kind: 'eval', suite: 'search', suite_version: '1' })).toBe('search 1');
    expect(suiteText({ kind: 'bench', suite: 'search', suite_version: '' })).toBe('search (load)');
    expect(suiteText({ kind: 'drill', suite: '', suite_version: '' })).toBe('rollback drill');
  });
});

describe('a trend', () => {
  it('draws its line through the learner’s runs and leaves the reference beside it', () => {
    const plot = trendPlot(trend([point('a', 0.5), point('r', 0.9, true), point('b', 0.7)]), 100, 50);
    expect(plot.path.match(/[ML]/g)).toEqual(['M', 'L']);
    expect(plot.dots.map((dot) => dot.x)).toEqual([0, 50, 100]);
    expect(plot.dots[1]?.y).toBeLessThan(plot.dots[2]?.y ?? 0);
  });

  it('holds the bound inside', () => {
    const plot = trendPlot(trend([point('a', 0.5)], 0.95), 100, 50);
    expect(plot.bound).toBeGreaterThanOrEqual(0);
    expect(plot.bound).toBeLessThanOrEqual(50);
  });

  it('says what it shows', () => {
    expect(trendText(trend([point('a', 0.5), point('r', 0.9, true), point('b', 0.7)], 0.75))).toBe('ndcg@10 of search: 0.5 to 0.7 in 2 runs, reference 0.9, needed 0.75');
    expect(trendText(trend([point('r', 0.9, true)]))).toBe('ndcg@10 of search: reference 0.9');
  });
});

describe('a wish to measure', () => {
  it('needs an address, and a whole seed or none', () => {
    expect(lackOfWish('localhost:8000', '')).toContain('base URL');
    expect(lackOfWish('http://', '')).toContain('base URL');
    expect(lackOfWish(' http://127.0.0.1:8000 ', '')).toBe('');
    expect(lackOfWish('http://127.0.0.1:8000', '1.5')).toContain('seed');
  });
});

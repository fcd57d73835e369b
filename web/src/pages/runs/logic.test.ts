import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { figureText, intervalText, lackOfWish, markText, metricTitle, suiteText, thresholdText, trendPlot, trendText, verdictLook, whenText } from './logic';

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

describe('a metric', () => {
  it('is called as people call it, and as it calls itself where it isn’t known', () => {
    expect(['p95_ms', 'p99.9_ms', 'ndcg@10', 'error_rate', 'helpful', '<i>odd</i>@3'].map(metricTitle)).toEqual(
      ['latency p95', 'latency p99.9', 'nDCG@10', 'error rate', 'helpful', '<i>odd</i>@3']);
  });

  it('has a threshold that is read aloud', () => {
    expect(['>= 0.75', '<= 0', '> 1', '< 250', 'odd'].map(thresholdText)).toEqual(['at least 0.75', 'at most 0', 'more than 1', 'less than 250', 'odd']);
  });

  it('that a model judged says what its mark means', () => {
    expect(markText('kappa 0.71 (quadratic, 40 items)')).toContain('beyond chance');
    expect(markText('uncalibrated')).toContain('was not compared');
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
    expect(suiteText({ kind: 'eval', suite: 'search', suite_version: '1' })).toBe('search v1');
    expect(suiteText({ kind: 'eval', suite: 'search', suite_version: 'fixture' })).toBe('search fixture');
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

  it('names its highest and lowest value, once where they are near', () => {
    expect(trendPlot(trend([point('a', 0.5), point('b', 0.7)]), 100, 50).ends.map((end) => end.text)).toEqual(['0.7', '0.5']);
    expect(trendPlot(trend([point('a', 0.5), point('b', 0.5)]), 100, 50).ends.map((end) => end.text)).toEqual(['0.5']);
  });

  it('holds the bound inside', () => {
    const plot = trendPlot(trend([point('a', 0.5)], 0.95), 100, 50);
    expect(plot.bound).toBeGreaterThanOrEqual(0);
    expect(plot.bound).toBeLessThanOrEqual(50);
  });

  it('says what it shows', () => {
    expect(trendText(trend([point('a', 0.5), point('r', 0.9, true), point('b', 0.7)], 0.75))).toBe('nDCG@10 of search: 0.5 to 0.7 in 2 runs, reference 0.9, needed 0.75');
    expect(trendText(trend([point('r', 0.9, true)]))).toBe('nDCG@10 of search: reference 0.9');
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

import { describe, expect, it } from 'vitest';
import { intervalPlot, latencyPlot, latencyText, metricVerdict, outcomeText, percentilePlot, scoresText, settingText } from './logic';

const metric = { value: 0.8, low: 0.7, high: 0.9, bound: 0.75, unit: 'ratio', passed: true, threshold: '>= 0.75' };

describe('a metric on its axis', () => {
  it('lies between 0 and 1 where it is a ratio', () => {
    const plot = intervalPlot(metric, 200);
    expect(plot).toMatchObject({ value: 160, low: 140, high: 180, bound: 150, bottom: 0, top: 1 });
  });

  it('has room for what is larger', () => {
    const plot = intervalPlot({ ...metric, value: 40, low: 30, high: 90, bound: 200, unit: 'ms' }, 200);
    expect(plot?.bound).toBeLessThanOrEqual(200);
    expect(plot?.high).toBeGreaterThan(plot?.value ?? 0);
  });

  it('is not drawn without a value', () => {
    expect(intervalPlot({ ...metric, value: null }, 200)).toBeUndefined();
    expect(intervalPlot({ ...metric, value: 0, low: null, high: null, bound: 0, unit: 'ms' }, 200)?.value).toBe(0);
  });

  it('is not drawn where the axis would say nothing', () => {
    expect(intervalPlot({ ...metric, value: 12, low: null, high: null, bound: null, unit: 'ms' }, 200)).toBeUndefined();
    expect(intervalPlot({ ...metric, value: 0.4, low: null, high: null, bound: null }, 200)?.value).toBe(80);
  });

  it('says when its interval doesn’t settle the threshold', () => {
    expect(metricVerdict(metric)).toBe('met: at least 0.75 needed; its interval reaches across the threshold');
    expect(metricVerdict({ ...metric, low: 0.78 })).toBe('met: at least 0.75 needed');
    expect(metricVerdict({ ...metric, passed: null, threshold: null })).toBe('no threshold');
  });
});

describe('latencies', () => {
  const latency = { answered: 3, bars: [{ low: 1, high: 10, count: 2 }, { low: 10, high: 100, count: 1 }], quantiles: [{ name: 'p50', ms: 10 }] };

  it('stand on a logarithmic axis', () => {
    const plot = latencyPlot(latency, 100, 40);
    expect(plot.bars.map((bar) => bar.height)).toEqual([40, 20]);
    expect(plot.marks[0]?.x).toBe(50);
  });

  it('are said in words', () => {
    expect(latencyText(latency)).toBe('Latency of 3 answered calls: p50 10 ms');
  });
});

describe('percentiles of a load', () => {
  it('rise from left to right', () => {
    const dots = percentilePlot({ count: 9, mean_ms: 1, min_ms: 1, p50_ms: 1, p90_ms: 10, p95_ms: 20, p99_ms: 50, 'p99.9_ms': 90, max_ms: 100 }, 100, 40);
    expect(dots[0]).toMatchObject({ name: 'p50', x: 0, y: 40 });
    expect(dots[1]?.y).toBe(20);
    expect(dots.at(-1)).toMatchObject({ name: 'max', x: 100, y: 0 });
  });

  it('are flat where they are all the same', () => {
    const dots = percentilePlot({ count: 1, mean_ms: 0, min_ms: 0, p50_ms: 0, p90_ms: 0, p95_ms: 0, p99_ms: 0, 'p99.9_ms': 0, max_ms: 0 }, 100, 40);
    expect(new Set(dots.map((dot) => dot.y)).size).toBe(1);
  });
});

describe('words', () => {
  it('name every kind of outcome, and unknown ones as they are', () => {
    expect(outcomeText('never_sent')).toBe('never got a connection');
    expect(outcomeText('<i>odd</i>')).toBe('<i>odd</i>');
  });

  it('name the settings of a load', () => {
    expect(['warm_up_s', 'concurrency'].map(settingText)).toEqual(['warm up, in s', 'concurrency']);
  });

  it('list a case’s scores without its latency', () => {
    expect(scoresText([{ name: 'ndcg@10', value: 0.6309, text: null }, { name: 'p95_ms', value: 3, text: null }, { name: 'abstention_f1', value: 2, text: 'wrongly yes' }])).toBe('nDCG@10 0.631, abstention_f1 wrongly yes');
  });
});

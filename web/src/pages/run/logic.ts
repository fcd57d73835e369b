import type { Schemas } from '../../api/client';
import { figureText, metricTitle, thresholdText } from '../runs/logic';

type Metric = Schemas['MeasuredMetric'];
type Latency = Schemas['MeasuredLatency'];
type Spread = Schemas['BenchSpread'];

export interface IntervalPlot {
  value: number;
  low: number | null;
  high: number | null;
  bound: number | null;
  bottom: number;
  top: number;
}

/**
 * Where a metric, its interval and its threshold lie on an axis of that width. A ratio's axis is 0 to 1; of anything else
 * an axis says nothing without an interval or a threshold, and there is none.
 */
export function intervalPlot(metric: Pick<Metric, 'value' | 'low' | 'high' | 'bound' | 'unit'>, width: number): IntervalPlot | undefined {
  if (metric.value === null) return undefined;
  const known = [metric.value, metric.low, metric.high, metric.bound].filter((one) => one !== null);
  const ratio = metric.unit === 'ratio' || metric.unit === 'share';
  if (!ratio && known.length === 1) return undefined;
  const share = ratio && known.every((one) => one >= 0 && one <= 1);
  const bottom = share ? 0 : Math.min(0, ...known);
  const top = share ? 1 : Math.max(...known, bottom) * 1.08 || 1;
  const x = (value: number) => Math.round(((value - bottom) / (top - bottom)) * width * 10) / 10;
  const or = (value: number | null) => (value === null ? null : x(value));
  return { value: x(metric.value), low: or(metric.low), high: or(metric.high), bound: or(metric.bound), bottom, top };
}

/** The verdict on a metric in words. */
export function metricVerdict(metric: Pick<Metric, 'passed' | 'threshold' | 'low' | 'high' | 'bound'>): string {
  if (metric.passed === null || metric.threshold === null) return 'no threshold';
  const across = metric.low !== null && metric.high !== null && metric.bound !== null && metric.low < metric.bound && metric.high > metric.bound;
  return `${metric.passed ? 'met' : 'missed'}: ${thresholdText(metric.threshold)} needed${across ? '; its interval reaches across the threshold' : ''}`;
}

export interface LatencyPlot {
  bars: { x: number; width: number; height: number }[];
  marks: { name: string; x: number; ms: number }[];
}

/** The bars side by side, for each is as much wider than the one before; the quantiles where they fall among them. */
export function latencyPlot(latency: Pick<Latency, 'bars' | 'quantiles'>, width: number, height: number): LatencyPlot {
  const most = Math.max(1, ...latency.bars.map((bar) => bar.count));
  const each = width / Math.max(1, latency.bars.length);
  const low = latency.bars[0]?.low ?? 1;
  const high = latency.bars.at(-1)?.high ?? low * 2;
  const span = Math.log(high / low) || 1;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    bars: latency.bars.map((bar, index) => ({ x: round(index * each), width: round(Math.max(each - 1, 0.5)), height: round((bar.count / most) * height) })),
    marks: latency.quantiles.map(({ name, ms }) => ({ name, ms, x: round(Math.min(1, Math.max(0, Math.log(Math.max(ms, low) / low) / span)) * width) })),
  };
}

export const latencyText = (latency: Pick<Latency, 'answered' | 'quantiles'>): string =>
  `Latency of ${latency.answered} answered calls: ${latency.quantiles.map(({ name, ms }) => `${name} ${figureText(ms, 'ms')}`).join(', ')}`;

export const percentiles = ['p50_ms', 'p90_ms', 'p95_ms', 'p99_ms', 'p99.9_ms', 'max_ms'] as const;
export const percentileName = (key: (typeof percentiles)[number]): string => key.replace('_ms', '');

/** Percentiles from left to right, on a logarithmic axis that begins at the least. */
export function percentilePlot(spread: Spread, width: number, height: number): { x: number; y: number; ms: number; name: string }[] {
  const values = percentiles.map((key) => Math.max(spread[key], 1e-6));
  const low = Math.min(...values);
  const span = Math.log(Math.max(...values) / low) || 1;
  return percentiles.map((key, index) => ({
    name: percentileName(key),
    ms: spread[key],
    x: Math.round((index / (percentiles.length - 1)) * width * 10) / 10,
    y: Math.round((height - (Math.log((values[index] ?? low) / low) / span) * height) * 10) / 10,
  }));
}

/** What kept a request from counting, in words. */
const outcomes: Record<string, string> = {
  ok: 'answered',
  refused: 'no connection',
  timeout: 'not in time',
  closed: 'closed before an answer',
  closed_mid_stream: 'closed within the answer',
  status_4xx: 'status 4xx',
  status_429: 'status 429: asked to slow down',
  status_5xx: 'status 5xx',
  redirect: 'a redirect, never followed',
  error_frame: 'an error within the stream',
  empty: 'a stream without a token',
  garbage: 'not HTTP, JSON or events',
  contract: 'not what the contract says',
  never_sent: 'never got a connection',
};
/** A setting of a load run with its unit: "warm up, in s" of "warm_up_s". */
export const settingText = (name: string): string => name.replace(/_(s|ms)$/, ', in $1').replaceAll('_', ' ');
export const outcomeText = (kind: string): string => outcomes[kind] ?? kind;

/** The scores of a case in a line: "ndcg@10 0.631, recall@10 1". */
export function scoresText(values: Schemas['MeasuredValue'][]): string {
  return values
    .filter((one) => !one.name.endsWith('_ms'))
    .map((one) => `${metricTitle(one.name)} ${one.text ?? figureText(one.value, '')}`)
    .join(', ');
}

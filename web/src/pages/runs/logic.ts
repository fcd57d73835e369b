import type { Schemas } from '../../api/client';
import { momentText, type StatusLook } from '../../words';
import { digits, scaleOf } from '../kpis/logic';

type Row = Schemas['MeasurementRow'];
type Figure = Schemas['MeasuredFigure'];
type Trend = Schemas['MeasurementTrend'];

/** A number of a run with its unit: "0.842", "23.1 ms". */
export function figureText(value: number, unit: string): string {
  switch (unit) {
    case 'ratio':
    case 'share': return String(Number(value.toFixed(3)));
    case 'count':
    case '': return digits(value);
    case '1/s': return `${digits(value)}/s`;
    default: return `${digits(value)} ${unit}`;
  }
}

/** "0.81 to 0.87", or nothing where the run doesn't say. */
export const intervalText = (figure: Pick<Figure, 'low' | 'high' | 'unit'>): string =>
  figure.low === null || figure.high === null ? '' : `${figureText(figure.low, '')} to ${figureText(figure.high, figure.unit)}`;

const names: Record<string, string> = { error_rate: 'error rate', filter_obedience: 'filter obedience', mrr: 'MRR', ndcg: 'nDCG' };

/** A metric's name as people say it: "latency p95", "nDCG@10"; one that isn't known stays as it is. */
export function metricTitle(name: string): string {
  const latency = /^(p\d+(?:\.\d+)?|max|mean)_ms$/.exec(name)?.[1];
  if (latency !== undefined) return `latency ${latency}`;
  const [base = '', rank] = name.split('@');
  const known = names[base] ?? base;
  return rank === undefined ? known : `${known}@${rank}`;
}

const bounds: Record<string, string> = { '>=': 'at least', '<=': 'at most', '>': 'more than', '<': 'less than' };

/** A threshold in words: "at least 0.75" of ">= 0.75". */
export function thresholdText(threshold: string): string {
  const [, sign = '', bound = ''] = /^(>=|<=|>|<)\s*(.+)$/.exec(threshold) ?? [];
  return sign === '' ? threshold : `${bounds[sign]} ${bound}`;
}

/** What to make of a number that a model judged, by its mark. */
export const markText = (mark: string): string =>
  mark.startsWith('kappa')
    ? 'Kappa says how far the judge agrees with people’s grades beyond chance: 1 is always, 0 no more than chance.'
    : 'Uncalibrated: the judge was not compared with people’s grades, as eval run --calibration does.';

/** When a run was; a run comes from outside, and may say anything. */
export const whenText = (text: string): string => (Number.isNaN(Date.parse(text)) ? text : momentText(text));

const looks: Record<Row['verdict'], StatusLook> = {
  pass: { label: 'Passed', tone: 'done', mark: 'full' },
  fail: { label: 'Failed', tone: 'stop', mark: 'bar' },
  error: { label: 'Nothing measured', tone: 'stop', mark: 'bar' },
  incomplete: { label: 'Incomplete', tone: 'due', mark: 'half' },
  measured: { label: 'Measured', tone: 'rest', mark: 'open' },
};

export function verdictLook(run: Pick<Row, 'verdict' | 'state'>): StatusLook {
  if (run.state === 'running') return { label: 'Not finished', tone: 'act', mark: 'half' };
  if (run.state === 'cancelled') return { ...looks.incomplete, label: 'Cancelled' };
  return looks[run.verdict];
}

const kinds: Record<string, string> = { eval: 'suite', bench: 'load', probe: 'probe', pipeline: 'pipeline', drill: 'rollback drill' };
export const kindText = (kind: string): string => kinds[kind] ?? 'run';

/** "search v1", "search (load)". */
export function suiteText(run: Pick<Row, 'kind' | 'suite' | 'suite_version'>): string {
  const name = run.suite === '' ? kindText(run.kind) : run.kind === 'eval' ? run.suite : `${run.suite} (${kindText(run.kind)})`;
  return run.suite_version === '' ? name : `${name} ${/^\d/.test(run.suite_version) ? 'v' : ''}${run.suite_version}`;
}

export interface TrendDot {
  run: string;
  x: number;
  y: number;
  low: number | null;
  high: number | null;
  reference: boolean;
  missed: boolean;
}
export interface TrendPlot {
  dots: TrendDot[];
  path: string; // through the learner's own runs
  bound: number | null;
  ends: { y: number; text: string }[]; // the highest and the lowest value, for the axis
}

/** Runs at equal distances in their order; what is higher is higher up. The line is of the runs that aren't the reference's. */
export function trendPlot(trend: Pick<Trend, 'points' | 'bound'>, width: number, height: number): TrendPlot {
  const { bottom, top } = scaleOf(trend.points, trend.bound);
  const round = (value: number) => Math.round(value * 10) / 10;
  const y = (value: number) => round(height - ((value - bottom) / (top - bottom)) * height);
  const last = trend.points.length - 1;
  const dots = trend.points.map((point, index) => ({
    run: point.run,
    x: round(last === 0 ? width / 2 : (index / last) * width),
    y: y(point.value),
    low: point.low === null ? null : y(point.low),
    high: point.high === null ? null : y(point.high),
    reference: point.reference,
    missed: point.passed === false,
  }));
  const own = dots.filter((dot) => !dot.reference);
  const values = trend.points.map((point) => point.value);
  const ends = [Math.max(...values), Math.min(...values)].map((value) => ({ y: y(value), text: figureText(value, '') }));
  return {
    dots,
    path: own.map((dot, index) => `${index === 0 ? 'M' : 'L'}${dot.x} ${dot.y}`).join(''),
    bound: trend.bound === null ? null : y(trend.bound),
    ends: Math.abs((ends[0]?.y ?? 0) - (ends[1]?.y ?? 0)) < 14 ? ends.slice(0, 1) : ends,
  };
}

/** What a trend shows, in a sentence for who can't see it. */
export function trendText(trend: Trend): string {
  const own = trend.points.filter((point) => !point.reference);
  const reference = trend.points.filter((point) => point.reference).at(-1);
  const first = own[0];
  const last = own.at(-1);
  const parts = [];
  if (first !== undefined && last !== undefined) {
    parts.push(own.length === 1 ? figureText(last.value, trend.unit) : `${figureText(first.value, trend.unit)} to ${figureText(last.value, trend.unit)} in ${own.length} runs`);
  }
  if (reference !== undefined) parts.push(`reference ${figureText(reference.value, trend.unit)}`);
  if (trend.bound !== null) parts.push(`needed ${figureText(trend.bound, trend.unit)}`);
  return `${metricTitle(trend.metric)} of ${trend.suite}: ${parts.join(', ')}`;
}

/** What is missing from what is to be measured; empty: nothing. */
export function lackOfWish(target: string, seed: string): string {
  if (!/^https?:\/\/[^\s/]/.test(target.trim())) return 'Expected the base URL of a service, such as http://127.0.0.1:8000.';
  if (seed.trim() !== '' && !/^\d{1,15}$/.test(seed.trim())) return 'Expected a whole number as seed, or nothing.';
  return '';
}

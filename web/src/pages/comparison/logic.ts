import type { Schemas } from '../../api/client';
import type { StatusLook } from '../../words';

type Difference = Schemas['MeasuredDifference'];

const looks: Record<Difference['verdict'], StatusLook> = {
  better: { label: 'Better', tone: 'done', mark: 'full' },
  worse: { label: 'Worse', tone: 'stop', mark: 'bar' },
  'cannot tell': { label: 'Cannot tell', tone: 'rest', mark: 'dashed' },
  'no difference': { label: 'No difference', tone: 'rest', mark: 'open' },
};
export const differenceLook = (verdict: Difference['verdict']): StatusLook => looks[verdict];

/** Of two load runs: who is better. */
export function ratioLook(better: 'a' | 'b' | 'cannot tell'): StatusLook {
  return better === 'b' ? looks.better : better === 'a' ? looks.worse : looks['cannot tell'];
}

/** A difference always has its sign: "+0.021", "−0.3", "−4.31 ms". */
export function signed(value: number, unit = ''): string {
  const size = Math.abs(value);
  const text = String(Number(size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)));
  const name = ['', 'ratio', 'share', 'count'].includes(unit) ? '' : ` ${unit}`;
  return text === '0' ? '0' : `${value < 0 ? '−' : '+'}${text}${name}`;
}

export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toFixed(3))}`);

/** Where a difference and its interval lie on an axis with zero in its middle. */
export function differencePlot(one: { difference: number; low: number | null; high: number | null }, width: number): { value: number; low: number | null; high: number | null; reach: number } {
  const reach = Math.max(Math.abs(one.difference), Math.abs(one.low ?? 0), Math.abs(one.high ?? 0)) * 1.1 || 1;
  const x = (value: number) => Math.round(((value + reach) / (2 * reach)) * width * 10) / 10;
  return { value: x(one.difference), low: one.low === null ? null : x(one.low), high: one.high === null ? null : x(one.high), reach };
}

/** What a verdict rests on when several metrics are looked at. */
export const severalText = (number: number): string =>
  number < 2 ? '' : `Each metric is judged by itself, at 5 %: if nothing differed, one of ${number} would still seem to in up to ${Math.round(100 * (1 - 0.95 ** number))} of 100 comparisons.`;

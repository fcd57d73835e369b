import type { Schemas } from '../../api/client';

type Point = Schemas['KpiPoint'];

/** Three significant digits, as people read them. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  return String(Number(value.toFixed(decimals)));
}

/** A value with its unit: "41.2 %" of a share, "231 ms", "$0.42". */
export function valueText(value: number, unit: string): string {
  switch (unit) {
    case 'share': return `${Number((value * 100).toFixed(1))} %`;
    case 'USD': return `$${digits(value)}`;
    case 'count':
    case '': return digits(value);
    default: return `${digits(value)} ${unit}`;
  }
}

export interface Plot {
  path: string;
  dots: { x: number; y: number; low: number | null; high: number | null; met: boolean | null }[];
  target: number | null;
  top: number;
  bottom: number;
}

const day = 86_400_000;

/** The ends of an axis that holds every point, interval and target with some room. */
export function scaleOf(points: { value: number; low: number | null; high: number | null }[], target: number | null): { bottom: number; top: number } {
  const all = points.flatMap((point) => [point.value, point.low ?? point.value, point.high ?? point.value]);
  if (target !== null) all.push(target);
  const least = Math.min(...all);
  const most = Math.max(...all);
  const room = most === least ? Math.max(Math.abs(most) * 0.1, 0.01) : (most - least) * 0.12;
  return { bottom: least - room < 0 && least >= 0 ? 0 : least - room, top: most + room };
}

/** Where the points go in a box of that size: time to the right, and what is higher up higher, whether that is good or bad. */
export function plotOf(points: Pick<Point, 'week' | 'value' | 'low' | 'high' | 'met'>[], target: number | null, width: number, height: number): Plot {
  const { bottom, top } = scaleOf(points, target);
  const times = points.map((point) => Date.parse(point.week) / day);
  const first = times[0] ?? 0;
  const span = Math.max((times.at(-1) ?? first) - first, 7);
  const x = (time: number) => (times.length === 1 ? width / 2 : ((time - first) / span) * width);
  const y = (value: number) => height - ((value - bottom) / (top - bottom)) * height;
  const round = (value: number) => Math.round(value * 10) / 10;
  const dots = points.map((point, index) => ({
    x: round(x(times[index] ?? first)),
    y: round(y(point.value)),
    low: point.low === null ? null : round(y(point.low)),
    high: point.high === null ? null : round(y(point.high)),
    met: point.met,
  }));
  return { path: dots.map((dot, index) => `${index === 0 ? 'M' : 'L'}${dot.x} ${dot.y}`).join(''), dots, target: target === null ? null : round(y(target)), top, bottom };
}

/** What a chart shows, in a sentence for who can't see it. */
export function chartText(title: string, unit: string, points: Pick<Point, 'value'>[], target: number | null): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return `${title}: no value yet`;
  const values = points.length === 1 ? valueText(last.value, unit) : `${valueText(first.value, unit)} to ${valueText(last.value, unit)} in ${points.length} weeks`;
  return `${title}: ${values}${target === null ? '' : `, target ${valueText(target, unit)}`}`;
}

const sources: Record<Point['source'], string> = {
  run: 'measured by a run',
  probe: 'measured by a probe',
  pipeline: 'from the pipeline’s history',
  drill: 'measured in a drill',
  manual: 'given by hand',
  prometheus: 'from Prometheus',
  facts: 'computed from what you did',
};
export const sourceText = (source: Point['source']): string => sources[source];

import type { Schemas } from '../../api/client';

export type Profile = Schemas['Profile'];

/** The weekly split of the roadmap: of 11 hours 3 are theory, 5 building, 2 interview, 1 retrospective. */
export const split = [
  { kind: 'Theory', share: 3 },
  { kind: 'Building', share: 5 },
  { kind: 'Interview', share: 2 },
  { kind: 'Retrospective', share: 1 },
] as const;

/** The split scaled to the chosen hours, in quarters of an hour that add up to them. */
export function scaledSplit(hours: number): { kind: string; hours: number }[] {
  const whole = split.reduce((sum, part) => sum + part.share, 0);
  const quarters = split.map((part) => (part.share * hours * 4) / whole);
  const floors = quarters.map(Math.floor);
  let left = hours * 4 - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = quarters.map((value, index) => ({ index, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    floors[index] = (floors[index] ?? 0) + 1;
    left -= 1;
  }
  return split.map((part, index) => ({ kind: part.kind, hours: (floors[index] ?? 0) / 4 }));
}

/** The Monday on or after a date, as yyyy-mm-dd. */
export function nextMonday(now: Date): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ((8 - now.getDay()) % 7));
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last day of a plan. */
export function endOf(start: string, weeks: number): Date | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(start);
  if (parts === null) return undefined;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + weeks * 7 - 1);
}

import type { Schemas } from '../../api/client';

type Week = Schemas['Plan']['weeks'][number];

export type Kind = Week['sessions'][number]['kind'];
export const kinds: Kind[] = ['theory', 'building', 'interview', 'retrospective'];
export const kindText: Record<Kind, string> = { theory: 'Theory', building: 'Building', interview: 'Interview', retrospective: 'Retrospective' };

/** The hours of a week by kind, in the order of the kinds; those without hours are left out. */
export function hoursByKind(split: Record<string, number>): { kind: Kind; hours: number; share: number }[] {
  const total = kinds.reduce((sum, kind) => sum + (split[kind] ?? 0), 0);
  return kinds.flatMap((kind) => {
    const hours = split[kind] ?? 0;
    return hours > 0 ? [{ kind, hours, share: hours / total }] : [];
  });
}

/** Whether a date lies before, in or after a week. Dates are yyyy-mm-dd, so they compare as text. */
export function placeOf(week: Pick<Week, 'from' | 'to'>, date: string): 'past' | 'now' | 'ahead' {
  if (date < week.from) return 'ahead';
  return date > week.to ? 'past' : 'now';
}

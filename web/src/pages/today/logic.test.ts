import { describe, expect, it } from 'vitest';
import { alsoOpen, localDate, weekOf } from './logic';

const week = (number: number, from: string, to: string) => ({ number, from, to, roadmap_weeks: [number], title: '', modules: [], sessions: [] });
const plan = { profile: null, weeks: [week(1, '2026-11-23', '2026-11-29'), week(2, '2026-11-30', '2026-12-06')] };

describe('weekOf', () => {
  it('takes both ends of a week', () => {
    expect(weekOf(plan, '2026-11-23')?.number).toBe(1);
    expect(weekOf(plan, '2026-11-29')?.number).toBe(1);
    expect(weekOf(plan, '2026-11-30')?.number).toBe(2);
  });
  it('shows the first week before the start and none after the end', () => {
    expect(weekOf(plan, '2026-11-01')?.number).toBe(1);
    expect(weekOf(plan, '2027-01-01')).toBeUndefined();
  });
});

describe('localDate', () => {
  it('is the date on the wall, not that of Greenwich', () => {
    expect(localDate(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});

describe('alsoOpen', () => {
  const summary = (module_id: string) => ({ module_id, phase: 'p', week: 1, title: module_id, difficulty: 1, estimated_hours: 1, prerequisites: [], complete: true });
  const next = { kind: 'read' as const, target: '', title: '', why: '' };
  const state = (module_id: string, status: 'available' | 'complete' | 'locked' | 'retest-due') => ({
    module_id, status, reasons: [], next, what_if: '', quiz_score: null, lab_score: null, mastery: 'none' as const,
  });
  it('puts what was begun before what is merely open and leaves out the rest', () => {
    const roadmap = { phases: [], weeks: [], competencies: [], projects: [], modules: ['a', 'b', 'c', 'd'].map(summary),
      counts: { modules: 4, complete: 4, outlines: 0, explainers: 0, questions: 0, labs: 0 } };
    const status = { learner: 'me', as_of: '', facts: 0, profile: null, next, gates: [], readiness: { percent: 0, parts: [] }, current_week: 1,
      modules: [state('a', 'available'), state('b', 'complete'), state('c', 'locked'), state('d', 'retest-due')] };
    expect(alsoOpen(status, roadmap).map((entry) => entry.module.module_id)).toEqual(['d', 'a']);
  });
});

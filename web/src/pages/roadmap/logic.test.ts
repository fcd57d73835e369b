import { describe, expect, it } from 'vitest';
import { competencyViews, phaseViews } from './logic';

const module = (module_id: string, week: number, hours: number, prerequisites: string[] = []) => ({
  module_id, phase: 'phase-1', week, title: `Title of ${module_id}`, difficulty: 1, estimated_hours: hours, prerequisites, competencies: ['C1'], complete: true,
});
const next = { kind: 'read' as const, target: '', title: '', why: '' };
const state = (module_id: string, status: 'complete' | 'locked') => ({
  module_id, status, reasons: [], next, what_if: '', quiz_score: null, lab_score: null, mastery: 'none' as const,
});
const roadmap = {
  phases: [{ phase_id: 'phase-1', title: 'One', weeks: [1, 2], gate: { gate_id: 'gate-1', title: 'Gate 1', requirement: '', evidence: [] } }],
  weeks: [{ week: 1, title: 'First', phase_id: 'phase-1' }, { week: 2, title: 'Second', phase_id: 'phase-1' }],
  modules: [module('a', 1, 6), module('b', 2, 2, ['a', 'c']), module('c', 1, 4)],
  competencies: [{ id: 'C1', title: 'Systems', must_have: [] }, { id: 'C2', title: 'None yet', must_have: [] }],
  projects: [],
  counts: { modules: 3, complete: 3, outlines: 0, explainers: 0, questions: 0, labs: 0 },
};
const status = {
  learner: 'me', as_of: '', facts: 1, profile: null, current_week: 1, next, readiness: { percent: 0, parts: [] },
  modules: [state('a', 'complete'), state('b', 'locked'), state('c', 'locked')],
  gates: [{ gate_id: 'gate-1', status: 'closed' as const, reasons: [] }],
};

describe('phaseViews', () => {
  const [phase] = phaseViews(roadmap, status);
  it('counts what is complete in the phase and finds its gate', () => {
    expect([phase!.complete, phase!.total, phase!.gate?.status]).toEqual([1, 3, 'closed']);
  });
  it('shows which prerequisites are met', () => {
    expect(phase!.weeks[1]!.modules[0]!.needs).toEqual([
      { id: 'a', title: 'Title of a', met: true },
      { id: 'c', title: 'Title of c', met: false },
    ]);
  });
});

describe('competencyViews', () => {
  it('weighs modules by their hours', () => {
    expect(competencyViews(roadmap, status)[0]!.share).toBe(0.5);
  });
  it('is nothing, not an error, where no module builds a competency', () => {
    expect(competencyViews(roadmap, status)[1]).toMatchObject({ share: 0, total: 0 });
  });
});

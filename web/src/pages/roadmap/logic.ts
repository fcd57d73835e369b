import type { Schemas } from '../../api/client';

export interface WeekView {
  week: number;
  title: string;
  modules: { summary: Schemas['ModuleSummary']; state: Schemas['ModuleState'] | undefined; needs: { id: string; title: string; met: boolean }[] }[];
}

export interface PhaseView {
  phase: Schemas['Roadmap']['phases'][number];
  gate: Schemas['GateState'] | undefined;
  weeks: WeekView[];
  complete: number;
  total: number;
}

/** The roadmap joined with the learner's state, phase by phase. */
export function phaseViews(roadmap: Schemas['Roadmap'], status: Schemas['Status']): PhaseView[] {
  const states = new Map(status.modules.map((state) => [state.module_id, state]));
  const titles = new Map(roadmap.modules.map((module) => [module.module_id, module.title]));
  const gates = new Map(status.gates.map((gate) => [gate.gate_id, gate]));
  const isComplete = (id: string) => states.get(id)?.status === 'complete';
  return roadmap.phases.map((phase) => {
    const weeks = roadmap.weeks
      .filter((week) => week.phase_id === phase.phase_id)
      .map((week) => ({
        week: week.week,
        title: week.title,
        modules: roadmap.modules
          .filter((module) => module.week === week.week)
          .map((summary) => ({
            summary,
            state: states.get(summary.module_id),
            needs: summary.prerequisites.map((id) => ({ id, title: titles.get(id) ?? id, met: isComplete(id) })),
          })),
      }));
    const members = weeks.flatMap((week) => week.modules);
    return {
      phase,
      gate: gates.get(phase.gate.gate_id),
      weeks,
      complete: members.filter((member) => member.state?.status === 'complete').length,
      total: members.length,
    };
  });
}

/** How far each competency is proved: hours of complete modules that build it, of all that do. */
export function competencyViews(roadmap: Schemas['Roadmap'], status: Schemas['Status']): { id: string; title: string; must_have: string[]; share: number; complete: number; total: number }[] {
  const complete = new Set(status.modules.filter((state) => state.status === 'complete').map((state) => state.module_id));
  return roadmap.competencies.map((competency) => {
    const members = roadmap.modules.filter((module) => module.competencies?.includes(competency.id));
    const hours = (modules: typeof members) => modules.reduce((sum, module) => sum + module.estimated_hours, 0);
    const done = members.filter((module) => complete.has(module.module_id));
    const all = hours(members);
    return { id: competency.id, title: competency.title, must_have: competency.must_have, share: all === 0 ? 0 : hours(done) / all, complete: done.length, total: members.length };
  });
}

import type { Schemas } from '../../api/client';

type Status = Schemas['Status'];
type Plan = Schemas['Plan'];

export interface Session {
  date: string;
  kind: Plan['weeks'][number]['sessions'][number]['kind'];
  hours: number;
  title: string;
}

/** The week of the plan that holds a date (yyyy-mm-dd); before the start the first, after the end nothing. */
export function weekOf(plan: Plan, date: string): Plan['weeks'][number] | undefined {
  const first = plan.weeks[0];
  if (first !== undefined && date < first.from) return first;
  return plan.weeks.find((week) => week.from <= date && date <= week.to);
}

export function localDate(now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const startable: ReadonlySet<string> = new Set(['available', 'in-progress', 'lab-due', 'remedial-due', 'retest-due', 'recap-due', 'review-due', 'blocked']);

/** Modules with something to do beside the one next thing: begun ones first, then open ones, in roadmap order. */
export function alsoOpen(status: Status, roadmap: Schemas['Roadmap']): { module: Schemas['ModuleSummary']; state: Schemas['ModuleState'] }[] {
  const states = new Map(status.modules.map((state) => [state.module_id, state]));
  const rank = (state: Schemas['ModuleState']) => (state.status === 'available' ? 1 : 0);
  return roadmap.modules
    .flatMap((module) => {
      const state = states.get(module.module_id);
      return state !== undefined && startable.has(state.status) ? [{ module, state }] : [];
    })
    .sort((a, b) => rank(a.state) - rank(b.state));
}

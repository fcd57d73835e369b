import type { Schemas } from '../api/client';

export interface Stone {
  module_id: string;
  title: string;
  status: Schemas['ModuleStatus'];
  x: number;
  width: number;
}

export interface Course {
  week: number;
  stones: Stone[];
}

/** A course a week: stones as wide as their share of the week's hours, and together as wide as the wall. */
export function courses(
  modules: Schemas['ModuleSummary'][],
  states: Pick<Schemas['ModuleState'], 'module_id' | 'status'>[],
  width: number,
  gap: number,
): Course[] {
  const statusOf = new Map(states.map((state) => [state.module_id, state.status]));
  const weeks = new Map<number, Schemas['ModuleSummary'][]>();
  for (const module of modules) weeks.set(module.week, [...(weeks.get(module.week) ?? []), module]);
  return [...weeks.entries()]
    .sort(([a], [b]) => a - b)
    .map(([week, members]) => {
      const hours = members.reduce((sum, module) => sum + Math.max(module.estimated_hours, 0.5), 0);
      const room = width - gap * (members.length - 1);
      let x = 0;
      const stones = members.map((module) => {
        const own = (room * Math.max(module.estimated_hours, 0.5)) / hours;
        const stone = { module_id: module.module_id, title: module.title, status: statusOf.get(module.module_id) ?? 'outline', x, width: own };
        x += own + gap;
        return stone;
      });
      return { week, stones };
    });
}

import type { Schemas } from '../api/client';
import { count, lookOf } from '../words';
import { courses } from './wall_logic';

/**
 * The roadmap as a wall: a course a week, the first at the bottom, a stone a module. It is a picture of the list on the
 * Roadmap page, so it carries one sentence for those who don't see it and no links of its own.
 */
export function Wall({ roadmap, status }: { roadmap: Schemas['Roadmap']; status: Schemas['Status'] }) {
  const width = 272;
  const height = 13;
  const gap = 3;
  const rows = courses(roadmap.modules, status.modules, width, gap);
  const weeks = rows.length;
  const complete = status.modules.filter((module) => module.status === 'complete').length;
  const phases = roadmap.phases.map((phase) => ({ title: phase.title, last: Math.max(...phase.weeks), id: phase.phase_id }));
  const top = (week: number) => (weeks - week) * (height + gap) + (phases.filter((phase) => phase.last >= week).length - 1) * 7;
  const total = weeks * (height + gap) + (phases.length - 1) * 7;
  return (
    <figure className="wall">
      <svg viewBox={`0 0 ${width + 30} ${total}`} role="img" aria-label={`The roadmap as a wall: ${complete} of ${count(status.modules.length, 'module')} complete, week ${status.current_week} of ${weeks} by the calendar.`}>
        {rows.map(({ week, stones }) => (
          <g key={week} transform={`translate(30 ${top(week)})`}>
            {(week % 4 === 1 || week === status.current_week) && (
              <text x={-8} y={height - 2.5} textAnchor="end" className={week === status.current_week ? 'wall-now' : 'wall-week'}>
                {week}
              </text>
            )}
            {stones.map((stone) => {
              const look = lookOf(stone.status);
              return (
                <rect key={stone.module_id} x={stone.x + 0.5} y={0.5} width={stone.width - 1} height={height - 1} rx={1} className={`stone stone-${look.mark} tone-${look.tone}`}>
                  <title>{`${stone.title}: ${look.label}`}</title>
                </rect>
              );
            })}
          </g>
        ))}
      </svg>
      <figcaption className="note">
        {count(complete, 'module')} of {status.modules.length} complete. A course is a week; you build from the bottom.
      </figcaption>
    </figure>
  );
}

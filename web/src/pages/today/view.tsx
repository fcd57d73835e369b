import { useEffect } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { ActionPanel } from '../../parts/action';
import { Status } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { ReadinessChart } from '../../parts/readiness';
import { Wall } from '../../parts/wall';
import { Link, navigate } from '../../router';
import { dayText, hoursText, longDayText } from '../../words';
import { alsoOpen, localDate, weekOf } from './logic';
import './page.css';

export default function Today() {
  const status = useResource('/api/v1/status');
  const roadmap = useResource('/api/v1/roadmap');
  const firstVisit = status.data !== undefined && status.data.profile === null;
  useEffect(() => {
    if (firstVisit) navigate('/welcome', { replace: true });
  }, [firstVisit]);
  if (firstVisit) return null;
  return (
    <Await resource={status}>
      {(state) => <Await resource={roadmap}>{(course) => <TodayPage status={state} roadmap={course} />}</Await>}
    </Await>
  );
}

function TodayPage({ status, roadmap }: { status: Schemas['Status']; roadmap: Schemas['Roadmap'] }) {
  const now = new Date();
  const open = alsoOpen(status, roadmap).filter(({ module }) => module.module_id !== status.next.module_id).slice(0, 6);
  return (
    <>
      <Head title="Today" eyebrow={<span>{longDayText(now)} · week {status.current_week} of {Math.max(16, roadmap.weeks.length)}</span>} />
      <div className="columns today">
        <div>
          <ActionPanel action={status.next} />
          {open.length > 0 && (
            <section className="section">
              <h2>Also open</h2>
              <ul className="rows">
                {open.map(({ module, state }) => (
                  <li key={module.module_id}>
                    <Link to={`/modules/${module.module_id}`} className="rows-title">{module.title}</Link>
                    <Status status={state.status} />
                    <p className="rows-note soft">{state.next.title}</p>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <ThisWeek date={localDate(now)} />
        </div>
        <aside aria-label="Where you stand" className="stack">
          <Wall roadmap={roadmap} status={status} />
          <ReadinessChart readiness={status.readiness} />
        </aside>
      </div>
    </>
  );
}

function ThisWeek({ date }: { date: string }) {
  const plan = useResource('/api/v1/plan');
  const week = plan.data && weekOf(plan.data, date);
  return (
    <section className="section this-week">
      <h2>This week</h2>
      {week === undefined ? (
        <p className="soft">{plan.data === undefined ? ' ' : 'The calendar has come to its end. Readiness shows what is left.'}</p>
      ) : (
        <ol className="sessions">
          {week.sessions.map((session) => (
            <li key={`${session.date} ${session.kind} ${session.title}`} className={session.date === date ? 'now' : undefined} aria-current={session.date === date ? 'date' : undefined}>
              <span className="sessions-day">{dayText(session.date)}</span>
              <span>{session.title}</span>
              <span className="sessions-hours">{hoursText(session.hours)}</span>
            </li>
          ))}
        </ol>
      )}
      <p className="note"><Link to="/plan">The whole plan</Link></p>
    </section>
  );
}

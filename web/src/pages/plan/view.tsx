import { useResource } from '../../api/resource';
import { Await, Head } from '../../parts/page';
import { Link } from '../../router';
import { dayText, hoursText } from '../../words';
import { localDate } from '../today/logic';
import { hoursByKind, kindText, placeOf } from './logic';
import '../today/page.css';
import './page.css';

export default function PlanPage() {
  const plan = useResource('/api/v1/plan');
  const roadmap = useResource('/api/v1/roadmap');
  return (
    <Await resource={plan}>
      {({ profile, split, weeks }) => {
        if (profile === null) {
          return (
            <>
              <Head title="Plan" />
              <p className="lead">There is no calendar yet.</p>
              <p className="row"><Link to="/welcome" className="button primary">Choose your pace</Link></p>
            </>
          );
        }
        const titles = new Map(roadmap.data?.modules.map((module) => [module.module_id, module.title]));
        const today = localDate(new Date());
        const parts = hoursByKind(split ?? {});
        return (
          <>
            <Head title="Plan" eyebrow={<span>{profile.pace_weeks} weeks of {profile.hours_per_week} hours, from {dayText(profile.start_on)}</span>}>
              <p className="lead">A calendar proposes, it proves nothing: what opens depends on what you pass, not on the date.</p>
            </Head>
            <section aria-labelledby="split">
              <h2 id="split" className="visually-hidden">A week</h2>
              <div className="split" aria-hidden="true">
                {parts.map((part) => <span key={part.kind} className={`kind-${part.kind}`} style={{ flexGrow: part.share }} />)}
              </div>
              <p className="split-words soft">
                {parts.map((part) => <span key={part.kind}>{kindText[part.kind]} {hoursText(part.hours)}</span>)}
              </p>
              <p className="row">
                <a className="button" href="/api/v1/plan.ics" download>Take it into your calendar (.ics)</a>
                <Link to="/welcome">Change the pace</Link>
              </p>
            </section>
            <div className="section">
              {weeks.map((week) => {
                const place = placeOf(week, today);
                return (
                  <details key={week.number} className="plan-week" data-place={place} open={place === 'now'}>
                    <summary>
                      <span className="plan-number" aria-hidden="true">{week.number}</span>
                      <span>
                        <h2><span className="visually-hidden">Week {week.number}: </span>{week.title}</h2>
                        <span className="note">{dayText(week.from)} to {dayText(week.to)}{place === 'now' && ', this week'}</span>
                      </span>
                    </summary>
                    <div className="plan-inside">
                      <ul className="stack-small">
                        {week.modules.map((id) => (
                          <li key={id}><Link to={`/modules/${id}`}>{titles.get(id) ?? id}</Link></li>
                        ))}
                      </ul>
                      <ol className="sessions">
                        {week.sessions.map((session) => (
                          <li key={`${session.date} ${session.kind} ${session.title}`}>
                            <span className="sessions-day">{dayText(session.date)}</span>
                            <span>{session.title}</span>
                            <span className="sessions-hours">{hoursText(session.hours)}</span>
                          </li>
                        ))}
                      </ol>
                      {week.gate && <p className="plan-gate">Ends with {week.gate}.</p>}
                    </div>
                  </details>
                );
              })}
            </div>
          </>
        );
      }}
    </Await>
  );
}

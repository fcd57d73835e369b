import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Mark, Status } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { Reasons } from '../../parts/reasons';
import { Link } from '../../router';
import { count, hoursText } from '../../words';
import { competencyViews, phaseViews, type PhaseView, type WeekView } from './logic';
import './page.css';

export default function Roadmap() {
  const roadmap = useResource('/api/v1/roadmap');
  const status = useResource('/api/v1/status');
  return <Await resource={roadmap}>{(course) => <Await resource={status}>{(state) => <RoadmapPage roadmap={course} status={state} />}</Await>}</Await>;
}

function RoadmapPage({ roadmap, status }: { roadmap: Schemas['Roadmap']; status: Schemas['Status'] }) {
  const { counts } = roadmap;
  const phases = phaseViews(roadmap, status);
  return (
    <>
      <Head title="Roadmap">
        <p className="lead">
          {count(roadmap.weeks.length, 'week')}, {count(phases.length, 'phase')}, a gate at the end of each. {counts.complete} of {count(counts.modules, 'module')} are
          written in full; {count(counts.outlines, 'outline')} say what will come and can’t be started yet.
        </p>
        <nav aria-label="Phases" className="row phase-links">
          {phases.map((view, index) => (
            <a key={view.phase.phase_id} href={`#${view.phase.phase_id}`}>
              Phase {index + 1}
            </a>
          ))}
          <a href="#competencies">Competencies</a>
          <a href="#projects">Projects</a>
        </nav>
      </Head>
      {phases.map((view, index) => (
        <Phase key={view.phase.phase_id} view={view} number={index + 1} currentWeek={status.current_week} />
      ))}
      <Competencies roadmap={roadmap} status={status} />
      <Projects roadmap={roadmap} />
    </>
  );
}

function Phase({ view, number, currentWeek }: { view: PhaseView; number: number; currentWeek: number }) {
  return (
    <section className="phase" aria-labelledby={view.phase.phase_id}>
      <div className="phase-head">
        <h2 id={view.phase.phase_id}>
          <span className="phase-number">Phase {number}</span> {view.phase.title.replace(/^Phase \d+:?\s*/, '')}
        </h2>
        <p className="note">
          {view.complete} of {count(view.total, 'module')} complete
        </p>
      </div>
      {view.weeks.map((week) => (
        <Week key={week.week} week={week} isNow={week.week === currentWeek} />
      ))}
      <Gate view={view} />
    </section>
  );
}

function Week({ week, isNow }: { week: WeekView; isNow: boolean }) {
  return (
    <section className="week" aria-labelledby={`week-${week.week}`}>
      <div className="week-head">
        <h3 id={`week-${week.week}`}>
          <span className="week-number">Week {week.week}</span>
          <span className="week-title">{week.title}</span>
        </h3>
        {isNow && <p className="week-now">this week by your calendar</p>}
      </div>
      <ul className="rows">
        {week.modules.map(({ summary, state, needs }) => (
          <li key={summary.module_id}>
            <Link to={`/modules/${summary.module_id}`} className="rows-title">
              {summary.title}
            </Link>
            <Status status={state?.status ?? 'outline'} />
            <div className="rows-note note module-note">
              <span>{hoursText(summary.estimated_hours)}</span>
              {needs.length > 0 && (
                <span className="needs">
                  needs{' '}
                  {needs.map((need, index) => (
                    <span key={need.id}>
                      {index > 0 && ', '}
                      {need.title} <span className="visually-hidden">{need.met ? '(complete)' : '(open)'}</span>
                      {need.met && <span className="tone-done" aria-hidden="true"><Mark mark="full" /></span>}
                    </span>
                  ))}
                </span>
              )}
              {state?.reasons[0] !== undefined && state.status !== 'outline' && <span className="module-reason">{state.reasons[0].text}</span>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Gate({ view }: { view: PhaseView }) {
  const gate = view.phase.gate;
  const open = view.gate?.status === 'open';
  return (
    <section className={open ? 'gate gate-open' : 'gate'} aria-labelledby={gate.gate_id}>
      <div className="row">
        <h3 id={gate.gate_id}><Link to={`/gates/${gate.gate_id}`}>{gate.title}</Link></h3>
        <span className={`status push ${open ? 'tone-done' : 'tone-rest'}`}>
          <Mark mark={open ? 'full' : 'lock'} />
          {open ? 'Open' : 'Closed'}
        </span>
      </div>
      <p className="measure">{gate.requirement}</p>
      {gate.evidence.length > 0 && (
        <ul className="bullets">
          {gate.evidence.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {view.gate !== undefined && <Reasons reasons={view.gate.reasons} />}
    </section>
  );
}

function Competencies({ roadmap, status }: { roadmap: Schemas['Roadmap']; status: Schemas['Status'] }) {
  return (
    <section className="section" aria-labelledby="competencies">
      <h2 id="competencies">Competencies</h2>
      <ul className="competencies">
        {competencyViews(roadmap, status).map((competency) => (
          <li key={competency.id}>
            <h3>
              <span className="note">{competency.id}</span> {competency.title}
            </h3>
            <span className="meter done" aria-hidden="true">
              <span style={{ width: `${competency.share * 100}%` }} />
            </span>
            <p className="note">
              {competency.complete} of {count(competency.total, 'module')} that build it are complete
            </p>
            <ul className="bullets stack-small soft">
              {competency.must_have.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Projects({ roadmap }: { roadmap: Schemas['Roadmap'] }) {
  return (
    <section className="section" aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      <ul className="competencies">
        {roadmap.projects.map((project) => (
          <li key={project.project_id}>
            <h3><Link to={`/projects/${project.project_id}`}>{project.title}</Link></h3>
            <p className="note">{project.weeks.length === 1 ? 'Week' : 'Weeks'} {weekRange(project.weeks)}</p>
            <p>{project.problem}</p>
            <ul className="bullets stack-small soft">
              {project.metrics.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function weekRange(weeks: number[]): string {
  const first = Math.min(...weeks);
  const last = Math.max(...weeks);
  return first === last ? String(first) : `${first}–${last}`;
}

import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { ActionPanel } from '../../parts/action';
import { Mark, Status } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { Reasons } from '../../parts/reasons';
import { Link } from '../../router';
import { count, hoursText, minutesText, percentOf } from '../../words';
import { canQuiz, labSummary, readingMinutes, readState, toolsOf } from './logic';
import './page.css';

type ModuleData = Schemas['Module'];

export default function ModulePage({ id }: { id: string }) {
  const module = useResource('/api/v1/modules/{module_id}', { module_id: id });
  return <Await resource={module}>{(data) => <ModuleView module={data} />}</Await>;
}

function ModuleView({ module }: { module: ModuleData }) {
  const { state } = module;
  const startable = module.complete && state.status !== 'locked';
  return (
    <>
      <Head
        title={module.title}
        eyebrow={
          <>
            <Link to={`/roadmap#week-${module.week}`}>Week {module.week}</Link>
            <Status status={state.status} />
          </>
        }
      >
        <div className="lead">
          <Reasons reasons={state.reasons} />
        </div>
      </Head>
      <div className="columns">
        <div>
          {module.complete ? (
            <ActionPanel action={state.next} whatIf={state.what_if} />
          ) : (
            <p className="callout measure">This module is an outline: what it will teach is settled, its explainers, questions and labs are still to be written. It can’t be started.</p>
          )}
          <Lines title="What you will be able to do" lines={module.learning_objectives} />
          {module.explainers.length > 0 && <Reading module={module} />}
          {module.labs.length > 0 && <Labs module={module} open={startable} />}
          {module.complete && <Quiz module={module} />}
          <Tools tags={module.tags} />
          {module.interview_packs.length > 0 && (
            <Section title="Interview packs">
              <ul className="rows">
                {module.interview_packs.map((pack) => (
                  <li key={pack.id}>
                    <Link to={`/interview/${pack.id}`} className="rows-title">{pack.title}</Link>
                  </li>
                ))}
              </ul>
            </Section>
          )}
          <Lines title="Theory" lines={module.core_theory} />
          <Lines title="To build" lines={module.hands_on_labs} />
          <Lines title="Interview drills" lines={module.interview_drills} />
          <Lines title="Deliverables" lines={module.deliverables} />
          <Lines title="Exit criteria" lines={module.exit_criteria} />
        </div>
        <Margin module={module} />
      </div>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Tools({ tags }: { tags: string[] }) {
  const tools = toolsOf(tags);
  if (tools.length === 0) return null;
  return (
    <Section title="Tools">
      <ul className="bullets">
        {tools.map((tool) => (
          <li key={tool.href}><Link to={tool.href}>{tool.title}</Link> {tool.what}.</li>
        ))}
      </ul>
    </Section>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="bullets">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

const readMarks = { unread: 'open', begun: 'half', read: 'full' } as const;
const readWords = { unread: 'not read yet', begun: 'begun', read: 'read' } as const;

function Reading({ module }: { module: ModuleData }) {
  return (
    <Section title="Reading">
      <ol className="rows">
        {module.explainers.map((page) => {
          const state = readState(page.read_fraction);
          return (
            <li key={page.id}>
              <Link to={`/explainers/${page.id}`} className="rows-title">{page.title}</Link>
              <span className="note status">
                {minutesText(page.minutes)}
                <span className={state === 'read' ? 'tone-done' : 'tone-rest'}><Mark mark={readMarks[state]} /></span>
                <span className="visually-hidden">{readWords[state]}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function Labs({ module, open }: { module: ModuleData; open: boolean }) {
  const states = new Map((module.state.labs ?? []).map((lab) => [lab.lab_id, lab]));
  return (
    <Section title="Labs">
      {!open && <p className="soft measure lab-hint">They open with the module. You can read the tasks now.</p>}
      <ul className="rows">
        {module.labs.map((lab) => {
          const state = lab.state ?? states.get(lab.id);
          return (
            <li key={lab.id}>
              <Link to={`/labs/${lab.id}`} className="rows-title">{lab.title}</Link>
              {state?.passed ? (
                <span className="status tone-done"><Mark mark="full" />Passed</span>
              ) : (
                <span className="note">{state?.score ? percentOf(state.score) : minutesText(lab.minutes)}</span>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Quiz({ module }: { module: ModuleData }) {
  const { state, assessment } = module;
  return (
    <Section title="Quiz">
      <p className="measure">
        {count(assessment.quiz_questions, 'question')} to start with, more while the score lies too near a mark to tell.
        {state.quiz_score !== null && <> Your last counted score is {percentOf(state.quiz_score)}.</>}
      </p>
      <p className="row quiz-start">
        {canQuiz(module) ? (
          <Link to={`/modules/${module.module_id}/quiz`} className="button">Go to the quiz</Link>
        ) : (
          <Link to={`/modules/${module.module_id}/quiz`}>How the quiz works</Link>
        )}
      </p>
    </Section>
  );
}

function Margin({ module }: { module: ModuleData }) {
  const labs = labSummary(module);
  return (
    <aside className="margin" aria-label="About this module">
      <dl className="facts-list">
        <dt>Effort</dt>
        <dd>{hoursText(module.estimated_hours)}{module.explainers.length > 0 && <>, {minutesText(readingMinutes(module))} of it reading</>}</dd>
        <dt>Difficulty</dt>
        <dd>{module.difficulty} of 5</dd>
        {module.interview_frequency !== undefined && (
          <>
            <dt>Asked</dt>
            <dd>{module.interview_frequency} of 10 in interviews</dd>
          </>
        )}
        <dt>Quiz</dt>
        <dd>{module.state.quiz_score === null ? 'not taken' : percentOf(module.state.quiz_score)}{module.state.quiz_passed ? ', passed' : ', needs 80 %'}</dd>
        {labs.total > 0 && (
          <>
            <dt>Labs</dt>
            <dd>{labs.passed} of {labs.total}{module.state.labs_passed ? ', passed' : `, together need ${module.assessment.pass_threshold} %`}</dd>
          </>
        )}
        {module.state.mastery !== 'none' && (
          <>
            <dt>Mastery</dt>
            <dd>{{ due: 'a mixed check is due', confirmed: 'confirmed', lapsed: 'lapsed; nothing is locked again' }[module.state.mastery]}</dd>
          </>
        )}
      </dl>
      <Related title="Needs" links={module.prerequisites} />
      <Related title="Opens" links={module.dependants ?? []} />
      {(module.concepts ?? []).length > 0 && (
        <section>
          <h2>Concepts</h2>
          <ul className="stack-small">
            {(module.concepts ?? []).map((concept) => (
              <li key={concept.id}><Link to={`/explainers/${concept.explainer}`}>{concept.title}</Link></li>
            ))}
          </ul>
        </section>
      )}
      <p className="note">Updated {module.updated_on}</p>
    </aside>
  );
}

function Related({ title, links }: { title: string; links: Schemas['Link'][] }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className="stack-small">
        {links.map((link) => (
          <li key={link.id}><Link to={`/modules/${link.id}`}>{link.title}</Link></li>
        ))}
      </ul>
    </section>
  );
}

import { useState } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { remember, useResource } from '../../api/resource';
import { Await, Head, Problem } from '../../parts/page';
import { Link, navigate } from '../../router';
import { count, momentText, percentOf, purposeText } from '../../words';
import './page.css';

/** Before a quiz: what it is, what the marks mean, the attempts so far, and the button. */
export default function QuizStart({ id }: { id: string }) {
  const module = useResource('/api/v1/modules/{module_id}', { module_id: id });
  const attempts = useResource('/api/v1/attempts', {}, { module_id: id });
  return <Await resource={module}>{(data) => <Start module={data} attempts={attempts.data?.attempts ?? []} />}</Await>;
}

function Start({ module, attempts }: { module: Schemas['Module']; attempts: Schemas['AttemptSummary'][] }) {
  const [error, setError] = useState<ApiError>();
  const [starting, setStarting] = useState(false);
  const open = attempts.find((attempt) => attempt.status === 'open');
  const start = async (purpose?: Schemas['Purpose']) => {
    setStarting(true);
    setError(undefined);
    try {
      const attempt = await api.post('/api/v1/attempts', { module_id: module.module_id, ...(purpose === undefined ? {} : { purpose }) });
      remember('/api/v1/attempts/{attempt_id}', { attempt_id: attempt.attempt_id }, attempt);
      navigate(`/quiz/${attempt.attempt_id}`);
    } catch (problem) {
      setError(problem as ApiError);
      setStarting(false);
    }
  };
  const { state } = module;
  const finished = attempts.filter((attempt) => attempt.status === 'finished');
  return (
    <>
      <Head title="Quiz" eyebrow={<Link to={`/modules/${module.module_id}`}>{module.title}</Link>}>
        <p className="lead">
          {count(module.assessment.quiz_questions, 'question')} to start with. While your score lies too near a mark to tell, more are
          drawn, 25 at most, and the page says why.
        </p>
      </Head>
      <div className="stack">
        {error !== undefined && <Problem error={error} />}
        <div className="row">
          <button type="button" className="button primary" disabled={starting} onClick={() => void start()}>
            {open !== undefined ? 'Continue where you were' : startText(state)}
          </button>
          {open === undefined && state.status === 'complete' && (
            <button type="button" className="button" disabled={starting} onClick={() => void start('practice')}>Practise</button>
          )}
          {open === undefined && !state.quiz_passed && finished.length === 0 && (
            <button type="button" className="link-button" disabled={starting} onClick={() => void start('test-out')}>Test out of the module</button>
          )}
        </div>
        <section className="section">
          <h2>What the marks mean</h2>
          <dl className="marks">
            <div><dt>80 % and more</dt><dd>Passed. With the labs passed too, the module is complete and what depends on it opens.</dd></div>
            <div><dt>60 % to 80 %</dt><dd>One remedial, chosen by what you missed; then a re-test with other questions.</dd></div>
            <div><dt>Below 60 %</dt><dd>A recap of what comes before, and a review of what you missed; then the re-test.</dd></div>
          </dl>
        </section>
        {finished.length > 0 && (
          <section className="section">
            <h2>Attempts so far</h2>
            <ul className="rows">
              {finished.map((attempt) => (
                <li key={attempt.attempt_id}>
                  <Link to={`/quiz/${attempt.attempt_id}`} className="rows-title">{purposeText(attempt.purpose)}, {momentText(attempt.finished_at ?? attempt.started_at)}</Link>
                  <span>{percentOf(attempt.score)}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}

function startText(state: Schemas['ModuleState']): string {
  switch (state.next.kind) {
    case 'retest': return 'Begin the re-test';
    case 'recap': return 'Begin the recap';
    case 'remedial': return 'Answer the remedial’s check';
    case 'mastery': return 'Begin the mixed check';
    default: return 'Begin';
  }
}

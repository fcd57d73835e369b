import type { Schemas } from '../../api/client';
import { Mark } from '../../parts/marks';
import { Link } from '../../router';
import { percentOf, verdicts } from '../../words';
import { groupTests, runSentence } from './logic';

type Run = Schemas['Run'];
type Test = Schemas['TestResult'];

/** The tests of a run as they happen, and what the run came to. */
export function Results({ run }: { run: Run }) {
  const verdict = run.status === 'done' && run.verdict ? verdicts[run.verdict] : undefined;
  const own = run.message ?? '';
  return (
    <section className="section results" aria-labelledby="results">
      <h2 id="results">{run.mode === 'submit' ? 'Submission' : 'Tests'}</h2>
      <div className={`callout ${verdict === undefined ? 'act' : verdict.tone === 'rest' ? '' : verdict.tone}`}>
        <p role="status">
          {verdict !== undefined && <strong>{verdict.label}. </strong>}
          {verdict !== undefined && (own !== '' && run.verdict !== 'FAIL' ? own : verdict.sentence)} {run.tests.length > 0 && runSentence(run)}
          {verdict === undefined && run.tests.length === 0 && runSentence(run)}
          {run.status === 'done' && run.score && run.mode === 'submit' && <> Score {percentOf(run.score)}.</>}
        </p>
        {run.unlocked?.map((module) => (
          <p key={module.id}>Opened: <Link to={`/modules/${module.id}`}>{module.title}</Link></p>
        ))}
      </div>
      {groupTests(run.tests).map((group) => (
        <section key={group.name} className="test-group" aria-label={group.name}>
          <h3>{group.name}</h3>
          <ul>
            {group.tests.map((test) => <TestRow key={test.id} test={test} />)}
          </ul>
        </section>
      ))}
    </section>
  );
}

const marks: Record<Test['status'], { mark: Parameters<typeof Mark>[0]['mark']; tone: string; word: string }> = {
  waiting: { mark: 'dashed', tone: 'rest', word: 'waits' },
  running: { mark: 'half', tone: 'act', word: 'runs' },
  pass: { mark: 'full', tone: 'done', word: 'passed' },
  fail: { mark: 'bar', tone: 'stop', word: 'failed' },
  error: { mark: 'bar', tone: 'stop', word: 'could not run' },
};

function TestRow({ test }: { test: Test }) {
  const look = marks[test.status];
  const failed = test.status === 'fail' || test.status === 'error';
  return (
    <li className="test" data-status={test.status}>
      <p className="test-line">
        <span className={`status tone-${look.tone}`}>
          <Mark mark={look.mark} />
          <span className="visually-hidden">{look.word}:</span>
        </span>
        <span>{test.name}</span>
        {test.ms !== undefined && test.status !== 'waiting' && test.status !== 'running' && <span className="note push">{test.ms} ms</span>}
      </p>
      {failed && (
        <div className="test-why">
          {test.misconception && <p>{test.misconception}</p>}
          {test.message && <pre tabIndex={0} role="group" aria-label="What was expected and what was found">{test.message}</pre>}
          {test.output && (
            <>
              <p className="note">Your code printed</p>
              <pre tabIndex={0} role="group" aria-label="What your code printed">{test.output}</pre>
            </>
          )}
          {test.explainer && <p><Link to={`/explainers/${test.explainer}`}>Read about it</Link></p>}
          {test.test_code && (
            <details>
              <summary>The test</summary>
              <pre tabIndex={0} role="group" aria-label="The code of the test">{test.test_code}</pre>
            </details>
          )}
        </div>
      )}
    </li>
  );
}

import { diffLines } from 'diff';
import { useState } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { Problem } from '../../parts/page';
import { momentText, percentOf, verdicts } from '../../words';
import { clockText, shorten, testName, type DiffPart } from './logic';

type Attempt = Schemas['LabAttempt'];

/** Every submission, newest first, each with what changed since the one before it. */
export default function Attempts({ lab }: { lab: Schemas['Lab'] }) {
  if (lab.attempts.length === 0) return null;
  return (
    <section className="section" aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <ol>
        {lab.attempts.map((attempt) => <AttemptRow key={attempt.fact_id} lab={lab} attempt={attempt} />)}
      </ol>
    </section>
  );
}

function AttemptRow({ lab, attempt }: { lab: Schemas['Lab']; attempt: Attempt }) {
  const [submission, setSubmission] = useState<Schemas['LabSubmission']>();
  const [error, setError] = useState<ApiError>();
  const verdict = verdicts[attempt.verdict];
  const load = async () => {
    setError(undefined);
    try {
      setSubmission(await api.get('/api/v1/labs/{lab_id}/attempts/{fact_id}', { lab_id: lab.lab_id, fact_id: attempt.fact_id }));
    } catch (problem) {
      setError(problem as ApiError);
    }
  };
  return (
    <li className="attempt">
      <details
        onToggle={(event) => {
          if (event.currentTarget.open && submission === undefined) void load();
        }}
      >
        <summary>
          <span className={`tone-${verdict.tone}`}>{verdict.label}</span>
          <span>{percentOf(attempt.score)}</span>
          {attempt.variant === 'harder' && <span>harder variant</span>}
          {typeof attempt.timed_seconds === 'number' && <span>in {clockText(attempt.timed_seconds)}</span>}
          <time className="note push" dateTime={attempt.at}>{momentText(attempt.at)}</time>
        </summary>
        {attempt.failed_tests !== undefined && attempt.failed_tests.length > 0 && <p className="note">Failed: {attempt.failed_tests.map(testName).join(', ')}</p>}
        {error !== undefined && <Problem error={error} retry={() => void load()} />}
        {submission !== undefined && Object.entries(submission.files).map(([path, text]) => (
          <Diff key={path} path={path} before={submission.previous?.[path] ?? lab.files.find((file) => file.path === path)?.starter ?? ''} after={text} first={!submission.previous} />
        ))}
      </details>
    </li>
  );
}

function Diff({ path, before, after, first }: { path: string; before: string; after: string; first: boolean }) {
  const parts: DiffPart[] = diffLines(before, after).map((part) => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    lines: part.value.replace(/\n$/, '').split('\n'),
  }));
  const changed = parts.some((part) => part.kind !== 'same');
  const sign = { same: ' ', added: '+', removed: '-' } as const;
  return (
    <figure className="diff">
      <figcaption className="note">{path}, against {first ? 'the starter' : 'the submission before'}{!changed && ': no change'}</figcaption>
      {changed && (
        <pre tabIndex={0} role="group" aria-label={`Changes of ${path}`}>
          {shorten(parts).flatMap((part, index) =>
            part.lines.map((line, number) => (
              <span key={`${index}.${number}`} className={`diff-${part.kind}`}>{`${sign[part.kind]} ${line}\n`}</span>
            )),
          )}
        </pre>
      )}
    </figure>
  );
}

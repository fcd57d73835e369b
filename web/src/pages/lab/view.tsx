import { lazy, Suspense, useState } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Command } from '../../parts/copy';
import { Await, Head, Problem } from '../../parts/page';
import { Prose } from '../../prose/prose';
import { Link } from '../../router';
import { minutesText, sentence } from '../../words';
import { useDraft } from './draft';
import { Results } from './results';
import { useRun } from './run';
import { secondsOnClock, stopClock, Timer } from './timer';
import './page.css';

type Lab = Schemas['Lab'];

const Editor = lazy(() => import('./editor'));
const Attempts = lazy(() => import('./attempts'));

export default function LabPage({ id }: { id: string }) {
  const lab = useResource('/api/v1/labs/{lab_id}', { lab_id: id });
  return <Await resource={lab}>{(data) => <LabView key={data.lab_id} lab={data} />}</Await>;
}

function LabView({ lab }: { lab: Lab }) {
  const canWork = lab.startable || lab.has_harder;
  return (
    <>
      <Head title={lab.title} eyebrow={<Link to={`/modules/${lab.module_id}`}>{lab.module_title ?? 'Module'}</Link>}>
        <p className="lead">
          About {minutesText(lab.minutes)}, difficulty {lab.difficulty} of 5.
          {lab.state?.passed === true && ' You have passed it.'}
        </p>
        {!lab.startable && (
          <p className="callout due measure">
            {sentence(lab.why_not ?? '')} {lab.has_harder && 'You can still test out: the harder variant, passed together with the module’s test-out quiz, counts for the module.'}
          </p>
        )}
      </Head>
      <div className={`lab-columns ${lab.editor ? 'with-editor' : ''}`}>
        <div>
          <section aria-labelledby="task">
            <h2 id="task" className="visually-hidden">Task</h2>
            <Prose html={lab.task_html} />
          </section>
          <section className="section" aria-labelledby="terminal">
            <h2 id="terminal">In your own editor</h2>
            <p className="soft measure">Start it in a folder of your own, test as often as you like, submit when the visible tests pass.</p>
            <div className="lab-commands">
              {lab.commands.map((command) => <Command key={command} command={command} />)}
            </div>
          </section>
          <VisibleTests lab={lab} />
          {!lab.editor && <Suspense fallback={null}><Attempts lab={lab} /></Suspense>}
        </div>
        {lab.editor && canWork && <Work lab={lab} />}
        {lab.editor && !canWork && <Suspense fallback={null}><Attempts lab={lab} /></Suspense>}
      </div>
    </>
  );
}

function VisibleTests({ lab }: { lab: Lab }) {
  return (
    <section className="section" aria-labelledby="visible-tests">
      <h2 id="visible-tests">The visible tests</h2>
      {lab.tests.map((test) => (
        <details key={test.path} className="test-code">
          <summary>{test.path}</summary>
          <pre tabIndex={0} role="group" aria-label={test.path}>{test.content}</pre>
        </details>
      ))}
      <p className="note">
        Limits: {lab.limits.wall_seconds} s for all tests, {lab.limits.memory_mb} MB of memory, {lab.limits.processes} processes. A submission runs hidden tests too.
      </p>
    </section>
  );
}

function Work({ lab }: { lab: Lab }) {
  const draft = useDraft(lab);
  const [path, setPath] = useState(lab.files[0]?.path ?? '');
  const [harder, setHarder] = useState(!lab.startable);
  const { run, busy, error, start, cancel } = useRun(lab.lab_id, (done) => {
    if (done.mode === 'submit' && done.passed === true) stopClock(lab.lab_id);
  });
  const begin = (mode: 'test' | 'submit') => {
    if (busy) return;
    const variant = harder ? 'harder' : 'standard';
    void start({ mode, variant, files: draft.now(), timedSeconds: mode === 'submit' ? secondsOnClock(lab.lab_id) : undefined });
  };
  const changed = lab.files.some((file) => draft.files[file.path] !== file.starter);
  const sent = lab.files.every((file) => typeof file.latest === 'string');
  return (
    <div className="lab-work">
      <section aria-labelledby="editor">
        <h2 id="editor" className="visually-hidden">Your code</h2>
        {lab.timed && <Timer labId={lab.lab_id} from={lab.timed.from_minutes} to={lab.timed.to_minutes} />}
        <div className="row lab-bar">
          {lab.files.length > 1 ? (
            <div className="switch editor-tabs" role="group" aria-label="File">
              {lab.files.map((file) => (
                <button key={file.path} type="button" aria-pressed={file.path === path} onClick={() => setPath(file.path)}>{file.path}</button>
              ))}
            </div>
          ) : (
            <p className="note">{path}</p>
          )}
          <span className="row push">
            {changed && <button type="button" className="link-button" onClick={() => draft.restore((file) => file.starter)}>Back to the starter</button>}
            {sent && <button type="button" className="link-button" onClick={() => draft.restore((file) => file.latest ?? file.starter)}>Back to the last submission</button>}
          </span>
        </div>
        <Suspense fallback={<div className="editor" role="status" aria-label="Loading the editor" />}>
          <Editor name={path} text={draft.files[path] ?? ''} restored={draft.restored} onChange={draft.write} onRun={() => begin('test')} />
        </Suspense>
        <p className="note"><kbd>Ctrl</kbd> <kbd>Enter</kbd> tests; <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor. The draft is kept in this browser.</p>
        <div className="row lab-bar">
          <button type="button" className="button" disabled={busy} onClick={() => begin('test')}>Test</button>
          <button type="button" className="button primary" disabled={busy} onClick={() => begin('submit')}>Submit</button>
          {busy && <button type="button" className="button" onClick={cancel}>Cancel</button>}
          {lab.has_harder && lab.startable && (
            <label className="row">
              <input type="checkbox" checked={harder} onChange={(event) => setHarder(event.target.checked)} />
              Harder variant
            </label>
          )}
        </div>
        {error !== undefined && <Problem error={error} />}
      </section>
      {run !== undefined && <Results run={run} />}
      <Suspense fallback={null}><Attempts lab={lab} /></Suspense>
    </div>
  );
}

import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Problem } from '../../parts/page';
import { figureText, metricTitle } from '../runs/logic';
import { scoresText } from './logic';

type Run = Schemas['Measurement'];
type Sample = Schemas['MeasuredSample'];
type Show = 'all' | 'wrong' | 'failed' | 'worst';

const shows: [show: Show, label: string][] = [
  ['all', 'All'],
  ['wrong', 'Wrong'],
  ['failed', 'Failed'],
  ['worst', 'Worst first'],
];

/** The cases of a run, a page at a time. */
export function Cases({ run }: { run: Run }) {
  const scored = run.metrics.filter((metric) => metric.by_case);
  const [show, setShow] = useState<Show>('all');
  const [metric, setMetric] = useState('');
  const [offsets, setOffsets] = useState<number[]>([0]);
  const chosen = metric === '' ? undefined : metric;
  const offset = offsets.at(-1) ?? 0;
  const page = useResource('/api/v1/measurements/{run_id}/cases', { run_id: run.id }, show === 'worst' ? { show, metric: chosen } : { show, offset: offset === 0 ? undefined : offset, limit: 25 });
  const choose = (next: Show) => {
    setShow(next);
    setOffsets([0]);
  };
  const next = page.data?.next ?? null;
  return (
    <section className="section" aria-labelledby="cases">
      <h2 id="cases">Cases</h2>
      <div className="row run-filter">
        <div className="switch" role="group" aria-label="Which cases">
          {shows.map(([value, label]) => <button key={value} type="button" aria-pressed={show === value} onClick={() => choose(value)}>{label}</button>)}
        </div>
        {show === 'worst' && scored.length > 0 && (
          <>
            <label htmlFor="metric">by</label>
            <select id="metric" className="select" value={metric} onChange={(event) => setMetric(event.target.value)}>
              <option value="">the headline metric</option>
              {scored.map((one) => <option key={one.name} value={one.name}>{metricTitle(one.name)}</option>)}
            </select>
          </>
        )}
      </div>
      {page.error !== undefined && <Problem error={page.error} retry={page.retry} />}
      {page.data === undefined ? page.error === undefined && <p role="status" className="soft">Reading the cases …</p> : <List run={run.id} cases={page.data.cases} more={next !== null} />}
      {(next !== null || offsets.length > 1) && show !== 'worst' && (
        <div className="row run-pages">
          <button type="button" className="button small" disabled={offsets.length === 1} onClick={() => setOffsets(offsets.slice(0, -1))}>Back</button>
          <button type="button" className="button small" disabled={next === null} onClick={() => next !== null && setOffsets([...offsets, next])}>On</button>
          <span className="note" role="status">{progressText(page.data)}</span>
        </div>
      )}
    </section>
  );
}

const progressText = (page: Schemas['MeasuredCases'] | undefined): string =>
  page === undefined || page.bytes === 0 ? '' : `${Math.round((100 * (page.next ?? page.bytes)) / page.bytes)} % of the run read`;

function List({ run, cases, more }: { run: string; cases: Sample[]; more: boolean }) {
  if (cases.length === 0) return <p className="soft">{more ? 'None in this piece of the run; go on.' : 'There is none.'}</p>;
  return (
    <ul className="run-cases">
      {cases.map((one) => <Case key={one.offset} run={run} sample={one} />)}
    </ul>
  );
}

const words: Record<Sample['outcome'], [label: string, tone: string]> = { ok: ['answered', 'rest'], wrong: ['wrong', 'stop'], failed: ['failed', 'stop'] };

function Case({ run, sample }: { run: string; sample: Sample }) {
  const [open, setOpen] = useState(false);
  const [label, tone] = words[sample.outcome];
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <code>{sample.case}</code>
          {sample.repeat > 0 && <span className="note">repeat {sample.repeat + 1}</span>}
          <span className={`tone-${tone}`}>{label}</span>
          <span className="note">{figureText(sample.ms, 'ms')}</span>
          <span className="note run-scores">{sample.error === null ? scoresText(sample.values) : `${sample.error}: ${sample.message ?? ''}`}</span>
        </summary>
        {open && <Opened run={run} offset={sample.offset} />}
      </details>
    </li>
  );
}

/** What was asked, what was wanted and what came: text all of it, whatever it holds. */
function Opened({ run, offset }: { run: string; offset: number }) {
  const found = useResource('/api/v1/measurements/{run_id}/cases/{offset}', { run_id: run, offset: String(offset) });
  if (found.error !== undefined) return <Problem error={found.error} retry={found.retry} />;
  if (found.data === undefined) return <p role="status" className="soft">Reading the case …</p>;
  const one = found.data;
  return (
    <dl className="run-case">
      {one.question !== null && <Part name="question"><p className="run-said">{one.question}</p></Part>}
      {one.unknown !== null && <Part name="question"><p className="note">Not known: {one.unknown}.</p></Part>}
      {one.hits !== null && (
        <Part name="hits">
          {one.hits.length === 0 ? <p>none</p> : (
            <ol className="run-hits">
              {one.hits.map((hit, index) => (
                <li key={index}>
                  <code>{hit.id}</code> {hit.score !== null && <span className="note">{figureText(hit.score, '')}</span>}
                  {hit.relevant === true && <span className="tone-done"> wanted</span>}
                </li>
              ))}
            </ol>
          )}
        </Part>
      )}
      {one.hits === null && one.answer !== null && <Part name="answer"><p className="run-said">{one.answer}</p></Part>}
      {one.answer_parts.map((part) => <Part key={`answer ${part.name}`} name={part.name}><p className="run-said">{part.text}</p></Part>)}
      {one.message !== null && <Part name={one.error ?? 'message'}><p className="run-said">{one.message}</p></Part>}
      {one.expected.map((part) => <Part key={`expected ${part.name}`} name={`expected: ${part.name}`}><p className="run-said">{part.text}</p></Part>)}
      <Part name="scores">
        <ul className="run-headline">
          {one.values.map((value) => <li key={value.name}><span className="soft">{metricTitle(value.name)}</span> {value.text ?? figureText(value.value, value.name.endsWith('_ms') ? 'ms' : '')}</li>)}
        </ul>
      </Part>
    </dl>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="note">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

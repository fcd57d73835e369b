import { useCallback, useEffect, useState } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Status } from '../../parts/marks';
import { Ghost, Head, Problem } from '../../parts/page';
import { Link, scrollToHash, usePlace } from '../../router';
import { count, momentText } from '../../words';
import { kindsOf, kindText, merge, wantedFact } from './logic';
import './page.css';

type Fact = Schemas['Fact'];
const portion = 50;

export default function History() {
  const { search, hash } = usePlace();
  const wanted = wantedFact(search);
  const newest = useResource('/api/v1/facts', {}, { limit: portion });
  const [older, setOlder] = useState<Fact[]>([]);
  const [kind, setKind] = useState('');
  const [error, setError] = useState<ApiError>();
  const [loading, setLoading] = useState(false);
  const facts = merge(newest.data?.facts ?? [], older);
  const lowest = facts.at(-1)?.seq;
  const total = newest.data?.total ?? 0;

  const loadBefore = useCallback(async (before: number) => {
    setLoading(true);
    setError(undefined);
    try {
      const answer = await api.get('/api/v1/facts', {}, { before, limit: portion });
      setOlder((known) => merge(known, answer.facts));
    } catch (problem) {
      setError(problem as ApiError);
    } finally {
      setLoading(false);
    }
  }, []);

  // A link to a fact that is further back brings its neighbourhood with it.
  const missing = wanted !== undefined && newest.data !== undefined && !facts.some((fact) => fact.seq === wanted) ? wanted : undefined;
  useEffect(() => {
    if (missing !== undefined) void loadBefore(missing + 5);
  }, [missing, loadBefore]);
  const there = wanted === undefined || missing === undefined;
  useEffect(() => {
    if (there && hash !== '') scrollToHash();
  }, [there, hash]);

  const shown = kind === '' ? facts : facts.filter((fact) => fact.kind === kind);
  return (
    <>
      <Head title="History">
        <p className="lead">Everything that is known of you, and what each of it changed. Nothing here is ever edited or removed.</p>
      </Head>
      {newest.error !== undefined && newest.data === undefined && <Problem error={newest.error} retry={newest.retry} />}
      {error !== undefined && <Problem error={error} />}
      {newest.data === undefined && newest.error === undefined && <Ghost />}
      {newest.data !== undefined && (
        <>
          <div className="history-bar row">
            <p aria-live="polite">{count(total, 'fact')}{kind !== '' && `; of those loaded, ${shown.length} of this kind`}</p>
            <div className="row">
              <label htmlFor="kind">Kind</label>
              <select id="kind" className="select" value={kind} onChange={(event) => setKind(event.target.value)}>
                <option value="">All</option>
                {kindsOf(facts).map((entry) => <option key={entry.kind} value={entry.kind}>{kindText(entry.kind)} ({entry.count})</option>)}
              </select>
              <a className="button small" href="/api/v1/facts/export" download>Download all (JSONL)</a>
            </div>
          </div>
          {facts.length === 0 && <p>Nothing yet. The first answer, page or test that counts will stand here.</p>}
          <ol>
            {shown.map((fact) => <FactRow key={fact.seq} fact={fact} />)}
          </ol>
          {lowest !== undefined && facts.length < total && (
            <p className="row section">
              <button type="button" className="button" disabled={loading} onClick={() => void loadBefore(lowest)}>Older ones</button>
              <span className="note">{facts.length} of {total} are here</span>
            </p>
          )}
        </>
      )}
    </>
  );
}

function FactRow({ fact }: { fact: Fact }) {
  return (
    <li id={`fact-${fact.seq}`} className="fact" tabIndex={-1}>
      <p className="note">
        <span>{fact.seq}</span> · <time dateTime={fact.at}>{momentText(fact.at)}</time>
      </p>
      <div>
        <p>{fact.summary || kindText(fact.kind)}</p>
        {fact.changes.length > 0 && (
          <ul className="fact-changes">
            {fact.changes.map((change) => (
              <li key={change.module_id + change.to} className="row">
                <Link to={`/modules/${change.module_id}`}>{change.text}</Link>
                <Status status={change.to} />
              </li>
            ))}
          </ul>
        )}
        <details>
          <summary>{kindText(fact.kind)}, as it is kept</summary>
          <pre tabIndex={0} role="group" aria-label={`Fact ${fact.seq} as JSON`}>{JSON.stringify(fact.data, null, 2)}</pre>
        </details>
      </div>
    </li>
  );
}

import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Command } from '../../parts/copy';
import { Facts } from '../../parts/facts';
import { Look } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Link } from '../../router';
import { count, sentence } from '../../words';
import { valueText } from '../kpis/logic';
import { kindText, suiteText, verdictLook, whenText } from '../runs/logic';
import '../runs/page.css';
import { Bench } from './bench';
import { Cases } from './cases';
import { LatencyChart } from './latency';
import { Live } from './live';
import { MetricList } from './metrics';
import './page.css';

type Run = Schemas['Measurement'];

export default function RunPage({ id }: { id: string }) {
  const run = useResource('/api/v1/measurements/{run_id}', { run_id: id });
  return <Await resource={run}>{(data) => <View run={data} />}</Await>;
}

function View({ run }: { run: Run }) {
  return (
    <>
      <Head title={`${suiteText(run)}, ${whenText(run.finished)}`} eyebrow={<ProofNav />}>
        <p className="lead run-texts">{run.reason === '' ? ofRun(run) : sentence(run.reason)}</p>
        <p className="row soft">
          <Look look={verdictLook(run)} />
          {run.reason !== '' && <span className="run-target">{run.reference ? 'the reference, ' : ''}{run.target}</span>}
          {run.label !== '' && <span className="run-target">{run.label}</span>}
        </p>
        {run.state === 'running' && <Live run={run.id} />}
        <Others run={run} />
      </Head>
      {run.eval !== null && <WentWrong figures={run.eval} />}
      <section className="section" aria-labelledby="metrics">
        <h2 id="metrics">Metrics</h2>
        {run.metrics.length === 0 ? <p>Nothing was measured.</p> : <MetricList metrics={run.metrics} of={run.eval !== null ? 'case' : run.bench !== null ? 'request' : 'value'} />}
      </section>
      {run.bench !== null && <Bench figures={run.bench} />}
      {run.eval !== null && <LatencyChart run={run.id} />}
      {run.eval !== null && <Cases run={run} />}
      <Where run={run} />
      <Again run={run} />
    </>
  );
}

/** What it is, of a run that doesn't say. */
const ofRun = (run: Run): string => (run.kind === 'bench' ? `${run.reference ? 'The reference' : run.target} under load.` : `A ${kindText(run.kind)} of ${run.target}.`);

/** What it can be compared with. */
function Others({ run }: { run: Run }) {
  const compare = `/runs/${encodeURIComponent(run.id)}/compare`;
  const rest = run.comparable.filter((one) => one.id !== run.reference_run && one.id !== run.previous_run);
  if (run.comparable.length === 0) return null;
  return (
    <ul className="row run-compare">
      {run.reference_run !== null && !run.reference && <li><Link to={`${compare}?with=reference`} className="button small">Compare with the reference</Link></li>}
      {run.previous_run !== null && <li><Link to={`${compare}?with=previous`} className="button small">Compare with the run before</Link></li>}
      {rest.length > 0 && <li><Link to={`${compare}?with=${encodeURIComponent(rest[0]?.id ?? '')}`} className="button small">Compare with another</Link></li>}
    </ul>
  );
}

function WentWrong({ figures }: { figures: NonNullable<Run['eval']> }) {
  const { counts } = figures;
  return (
    <section className="section" aria-labelledby="answers">
      <h2 id="answers">Answers</h2>
      <p className="measure">
        {count(figures.asked, 'call')}: {counts.ok} answered{counts.wrong > 0 && ` rightly, ${counts.wrong} wrongly`}, {counts.failed} failed.
      </p>
      {figures.failures.length > 0 && (
        <ul className="bullets run-texts run-failures">
          {figures.failures.map((failure) => (
            <li key={`${failure.code} ${failure.sentence}`}>
              {sentence(failure.sentence)}
              {failure.examples.length > 0 && <span className="note"> Cases {failure.examples.join(', ')}</span>}
            </li>
          ))}
        </ul>
      )}
      {figures.left_out.length > 0 && (
        <div className="stack-small run-failures">
          <h3>Left out</h3>
          <ul className="bullets run-texts">{figures.left_out.map((text) => <li key={text}>{text}</li>)}</ul>
        </div>
      )}
    </section>
  );
}

/** Where it was measured, and what stands on it. */
function Where({ run }: { run: Run }) {
  const figures = run.eval;
  const { environment } = run;
  const rows: [name: string, text: string][] = [
    ['run', run.id],
    ['suite', suiteText(run)],
    ['dataset', run.dataset_sha256],
    ...(figures === null ? [] : ([['contract', figures.contract], ['seed', figures.seed], ['calls', `${figures.asked}, ${figures.concurrency} at a time${figures.repeats > 1 ? `, each case ${figures.repeats} times` : ''}`], ['measured for', `${figures.seconds.toFixed(1)} s`], ['began', whenText(figures.started)]] as [string, string][])),
    ['machine', [environment.cpu, environment.cores > 0 ? count(environment.cores, 'core') : '', environment.kernel].filter(Boolean).join(', ')],
    ['measured by', environment.program],
  ];
  return (
    <section className="section" aria-labelledby="where">
      <h2 id="where">Where it was measured</h2>
      <dl className="facts-list run-facts">
        {rows.filter(([, text]) => text !== '').map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {figures !== null && figures.files.length > 0 && (
        <details className="run-files">
          <summary>{count(figures.files.length, 'file')} of the dataset</summary>
          <ul className="bullets run-texts">{figures.files.map((file) => <li key={file.path}>{file.path}: {count(file.cases, 'line')}, <code>{file.sha256}</code></li>)}</ul>
        </details>
      )}
      {run.used_by.length > 0 && (
        <div className="stack-small run-files">
          <h3>What stands on it</h3>
          <ul className="bullets">
            {run.used_by.map((use) => (
              <li key={use.fact}>
                {use.project === null ? <Link to="/kpis">{use.kpi}</Link> : <Link to={`/projects/${use.project}`}>{use.project}, {use.kpi}</Link>}: {valueText(use.value, use.unit)}
                <Facts facts={[use.fact]} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Again({ run }: { run: Run }) {
  if (run.commands.length === 0) return null;
  return (
    <section className="section" aria-labelledby="again">
      <h2 id="again">In the terminal</h2>
      <ul className="stack">
        {run.commands.map((one) => (
          <li key={one.what} className="stack-small">
            <p className="note">{one.what}</p>
            <Command command={one.command} />
          </li>
        ))}
      </ul>
    </section>
  );
}

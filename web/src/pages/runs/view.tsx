import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Command } from '../../parts/copy';
import { Look } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Link } from '../../router';
import { count } from '../../words';
import { figureText, intervalText, metricTitle, suiteText, thresholdText, trendPlot, trendText, verdictLook, whenText } from './logic';
import './page.css';
import { StartRun } from './start';

type Measurements = Schemas['Measurements'];
type Row = Schemas['MeasurementRow'];

const pageSize = 50;

export default function Runs() {
  const [suite, setSuite] = useState('');
  const [skip, setSkip] = useState(0);
  const runs = useResource('/api/v1/measurements', {}, { limit: pageSize, skip: skip === 0 ? undefined : skip, suite: suite === '' ? undefined : suite });
  return (
    <Await resource={runs}>
      {(data) => (
        <>
          <Head title="Runs" eyebrow={<ProofNav />}>
            <p className="lead">Each number names its run. Here are the runs: what was asked, what was answered, and how sure the numbers are.</p>
          </Head>
          {data.total === 0 && suite === '' ? <First /> : <All data={data} suite={suite} skip={skip} onSuite={(name) => { setSuite(name); setSkip(0); }} onSkip={setSkip} />}
          <StartRun />
          {data.problems.length > 0 && (
            <section className="section" aria-labelledby="damaged">
              <h2 id="damaged">Not readable</h2>
              <ul className="bullets run-texts">{data.problems.map((text) => <li key={text}>{text}</li>)}</ul>
            </section>
          )}
        </>
      )}
    </Await>
  );
}

/** There is no run yet. */
function First() {
  return (
    <div className="stack measure">
      <p>No run yet. The platform’s own services speak the contracts of the projects, so the first run needs nothing but this:</p>
      <Command command={`groundwork eval run --suite search --target ${window.location.origin}/reference/search`} />
      <p>Then your own service, against the same cases:</p>
      <Command command="groundwork eval run --suite search --target http://127.0.0.1:8000" />
      <p className="note">A load run is kept with <code>groundwork bench run --keep</code>, the runs of a project with <code>groundwork project measure</code>.</p>
    </div>
  );
}

interface AllProps {
  data: Measurements;
  suite: string;
  skip: number;
  onSuite: (suite: string) => void;
  onSkip: (skip: number) => void;
}

function All({ data, suite, skip, onSuite, onSkip }: AllProps) {
  const names = [...new Set(data.trends.map((trend) => trend.suite).filter((name) => name !== ''))];
  return (
    <>
      {data.trends.length > 0 && (
        <section aria-labelledby="trends">
          <h2 id="trends">Over time</h2>
          <ul className="run-trends">
            {data.trends.map((trend) => <Trend key={`${trend.kind} ${trend.suite}`} trend={trend} />)}
          </ul>
        </section>
      )}
      <section className="section" aria-labelledby="all">
        <h2 id="all">All runs</h2>
        {names.length > 1 && (
          <div className="row run-filter">
            <label htmlFor="suite">Suite or profile</label>
            <select id="suite" className="select" value={suite} onChange={(event) => onSuite(event.target.value)}>
              <option value="">all</option>
              {names.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
          </div>
        )}
        <ul className="rows run-rows">
          {data.runs.map((run) => <RunRow key={run.id} run={run} />)}
        </ul>
        {data.total > pageSize && (
          <div className="row run-pages">
            <button type="button" className="button small" disabled={skip === 0} onClick={() => onSkip(Math.max(0, skip - pageSize))}>Newer</button>
            <button type="button" className="button small" disabled={skip + pageSize >= data.total} onClick={() => onSkip(skip + pageSize)}>Older</button>
            <span className="note" role="status">{skip + 1} to {skip + data.runs.length} of {data.total}</span>
          </div>
        )}
        {data.older > 0 && <p className="note">{count(data.older, 'older run')} are not shown; <code>groundwork eval runs</code> and <code>groundwork bench runs</code> list them.</p>}
      </section>
    </>
  );
}

function Trend({ trend }: { trend: Schemas['MeasurementTrend'] }) {
  const width = 320;
  const height = 72;
  const edge = 10;
  const plot = trendPlot(trend, width, height);
  const last = trend.points.at(-1);
  const drawn = trend.points.length > 1 || trend.bound !== null;
  return (
    <li>
      <h3>{suiteText({ ...trend, suite_version: '' })}</h3>
      <p className="note">{metricTitle(trend.metric)}{last !== undefined && `, last ${figureText(last.value, trend.unit)}`}{trend.bound !== null && `, needed ${figureText(trend.bound, trend.unit)}`}</p>
      {drawn && <svg className="run-trend" viewBox={`${-edge} ${-edge} ${width + 2 * edge + 40} ${height + 2 * edge}`} role="img" aria-label={trendText(trend)}>
        <path className="run-base" d={`M${-edge} ${height + edge - 1}H${width + edge}`} />
        {plot.bound !== null && <path className="run-bound" d={`M${-edge} ${plot.bound}H${width + edge}`} />}
        {plot.ends.map((end) => <text key={end.text} className="run-mark-text" x={width + edge + 4} y={end.y + 4}>{end.text}</text>)}
        {plot.dots.map((dot) => dot.low !== null && dot.high !== null && <path key={dot.run} className="run-interval" d={`M${dot.x} ${dot.low}V${dot.high}`} />)}
        <path className="run-line" d={plot.path} />
        {plot.dots.map((dot) => dot.reference
          ? <rect key={dot.run} className="run-dot reference" x={dot.x - 4} y={dot.y - 4} width="8" height="8" />
          : <circle key={dot.run} className={dot.missed ? 'run-dot missed' : 'run-dot'} cx={dot.x} cy={dot.y} r={dot.missed ? 5 : 4} />)}
      </svg>}
      <p className="note">
        {!drawn && 'One run; the next one makes a line. '}
        {plot.bound !== null && 'The broken line is what is needed. '}
        {trend.points.some((point) => point.reference) && 'Squares are runs of the reference. '}
        {trend.other_versions > 0 && `${count(trend.other_versions, 'run')} of another dataset can’t be compared and ${trend.other_versions === 1 ? 'is' : 'are'} left out.`}
      </p>
    </li>
  );
}

function RunRow({ run }: { run: Row }) {
  return (
    <li>
      <Link to={`/runs/${encodeURIComponent(run.id)}`} className="rows-title">{suiteText(run)}{run.label !== '' && `, ${run.label}`}</Link>
      <Look look={verdictLook(run)} />
      <p className="rows-note note run-target">
        {[run.finished === '' ? '' : whenText(run.finished), run.reference ? 'the reference' : run.target].filter(Boolean).join(' · ')}
      </p>
      {run.headline.length > 0 && (
        <ul className="rows-note run-headline">
          {run.headline.map((figure) => (
            <li key={figure.name}>
              <span className="soft">{metricTitle(figure.name)}</span> {figure.value === null ? '–' : figureText(figure.value, figure.unit)}
              {intervalText(figure) !== '' && <span className="note"> [{intervalText(figure)}]</span>}
              {figure.mark !== '' && <span className="note"> {figure.mark}</span>}
              {figure.passed === false && <span className="tone-stop"> missed{figure.threshold !== null && `, ${thresholdText(figure.threshold)} needed`}</span>}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

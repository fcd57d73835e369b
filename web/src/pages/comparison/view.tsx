import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Command } from '../../parts/copy';
import { Look } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Link, navigate, usePlace } from '../../router';
import { count, sentence } from '../../words';
import '../run/page.css';
import { figureText, metricTitle, suiteText, verdictLook, whenText } from '../runs/logic';
import '../runs/page.css';
import { differenceLook, differencePlot, pText, ratioLook, severalText, signed } from './logic';
import './page.css';

type Comparison = Schemas['MeasurementComparison'];
type Difference = Schemas['MeasuredDifference'];

/** One run against another: `with` of the address names it, or says reference or previous. */
export default function ComparisonPage({ id }: { id: string }) {
  const { search } = usePlace();
  const query = new URLSearchParams(search);
  const comparison = useResource('/api/v1/measurements/{run_id}/comparison', { run_id: id }, { with: query.get('with') ?? undefined, metric: query.get('metric') ?? undefined });
  return <Await resource={comparison}>{(data) => <View data={data} />}</Await>;
}

function go(run: string, other: string, metric: string): void {
  const query = new URLSearchParams({ with: other });
  if (metric !== '') query.set('metric', metric);
  navigate(`/runs/${encodeURIComponent(run)}/compare?${query.toString()}`, { replace: true });
}

function View({ data }: { data: Comparison }) {
  return (
    <>
      <Head title={`Two runs of ${suiteText(data.b)}`} eyebrow={<ProofNav />}>
        <p className="lead run-texts">{sentence(data.sentence)}</p>
      </Head>
      <Sides data={data} />
      {data.differences.length > 0 && <Differences data={data} />}
      {data.figures.length > 0 && <Ratios figures={data.figures} />}
      {data.left_out.length > 0 && (
        <section className="section" aria-labelledby="left-out">
          <h2 id="left-out">Left out</h2>
          <ul className="bullets run-texts">{data.left_out.map((text) => <li key={text}>{text}</li>)}</ul>
        </section>
      )}
      {data.differences[0] !== undefined && <Cases data={data} chosen={data.differences[0]} />}
      <section className="section" aria-labelledby="again">
        <h2 id="again">In the terminal</h2>
        <Command command={data.command} />
      </section>
    </>
  );
}

function Sides({ data }: { data: Comparison }) {
  const detail = useResource('/api/v1/measurements/{run_id}', { run_id: data.b.id });
  const others = detail.data?.comparable ?? [];
  return (
    <section aria-label="The two runs">
      <ul className="compared">
        {([['A', data.a], ['B', data.b]] as const).map(([letter, run]) => {
          return (
            <li key={letter}>
              <h2><span className="soft">{letter}:</span> {run.reference ? 'The reference' : run.label === '' ? run.target : run.label}</h2>
              <p className="note run-target">{whenText(run.finished)}{(run.reference || run.label !== '') && ` · ${run.target}`}</p>
              <p className="row"><Look look={verdictLook(run)} /> <Link to={`/runs/${encodeURIComponent(run.id)}`}>Its page</Link></p>
            </li>
          );
        })}
      </ul>
      {others.length > 1 && (
        <div className="row run-filter compared-choice">
          <label htmlFor="with">Compare B with</label>
          <select id="with" className="select" value={data.a.id} onChange={(event) => go(data.b.id, event.target.value, data.metric)}>
            {others.map((one) => <option key={one.id} value={one.id}>{whenText(one.finished)}, {one.reference ? 'the reference' : one.label === '' ? one.target : one.label}</option>)}
            {!others.some((one) => one.id === data.a.id) && <option value={data.a.id}>{data.a.id}</option>}
          </select>
        </div>
      )}
    </section>
  );
}

function Differences({ data }: { data: Comparison }) {
  return (
    <section className="section" aria-labelledby="differences">
      <h2 id="differences">Differences</h2>
      <ul className="run-metrics">
        {data.differences.map((one) => {
          return (
            <li key={one.metric}>
              <div className="run-metric-head">
                <h3>{metricTitle(one.title)}</h3>
                <Look look={differenceLook(one.verdict)} />
              </div>
              <p>
                <span className="run-value">{signed(one.difference, one.unit)}</span> <span className="soft">A {figureText(one.a, one.unit)}, B {figureText(one.b, one.unit)}</span>
              </p>
              <Axis one={one} />
              <p className="note">
                {one.low !== null && one.high !== null && `95 % interval ${signed(one.low)} to ${signed(one.high, one.unit)}, `}
                {pText(one.p)} over {count(one.cases, 'case')}; {one.better} better, {one.worse} worse. {one.higher_is_better ? 'Higher' : 'Lower'} is better.
                {one.cases_needed > 0 && ` A difference of this size would take ${count(one.cases_needed, 'case')} to tell.`}
              </p>
              {one.left_out.length > 0 && <p className="note run-texts">Left out: {one.left_out.join('; ')}.</p>}
            </li>
          );
        })}
      </ul>
      <p className="note measure run-several">The means are those of the cases that both runs were asked. {severalText(data.differences.length)} Here p is how often chance alone would make a difference at least as large.</p>
    </section>
  );
}

function Axis({ one }: { one: Difference }) {
  const width = 300;
  const plot = differencePlot(one, width);
  const label = `Difference of ${one.title}: ${signed(one.difference)}${one.low === null || one.high === null ? '' : `, 95 % interval ${signed(one.low)} to ${signed(one.high)}`}, ${pText(one.p)}, ${one.verdict}`;
  return (
    <svg className="run-chart run-axis" viewBox={`-6 0 ${width + 12} 46`} role="img" aria-label={label}>
      <path className="run-base" d={`M0 20H${width}M${width / 2} 10v20`} />
      <text className="run-mark-text" x="0" y="42">{signed(-plot.reach)}</text>
      <text className="run-mark-text" x={width / 2} y="42" textAnchor="middle">0</text>
      <text className="run-mark-text" x={width} y="42" textAnchor="end">{signed(plot.reach)}</text>
      {plot.low !== null && plot.high !== null && <path className="run-range" d={`M${plot.low} 20H${plot.high}`} />}
      <circle className={one.verdict === 'worse' ? 'run-dot missed' : 'run-dot'} cx={plot.value} cy="20" r="5" />
    </svg>
  );
}

function Ratios({ figures }: { figures: Comparison['figures'] }) {
  return (
    <section className="section" aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Figures of both load runs">
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">B / A</th>
              <th scope="col">95 % interval</th>
              <th scope="col">B is</th>
            </tr>
          </thead>
          <tbody>
            {figures.map((one) => {
              return (
                <tr key={one.name}>
                  <th scope="row">{one.name}</th>
                  <td>{figureText(one.a, one.unit)}</td>
                  <td>{figureText(one.b, one.unit)}</td>
                  <td>{figureText(one.ratio, '')}</td>
                  <td>{figureText(one.ratio_low, '')} to {figureText(one.ratio_high, '')}</td>
                  <td><Look look={ratioLook(one.better)} /></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="note measure run-several">“Better” and “Worse” must hold for all figures together, so a single interval may leave out 1 and still not tell.</p>
    </section>
  );
}

function Cases({ data, chosen }: { data: Comparison; chosen: Difference }) {
  return (
    <section className="section" aria-labelledby="cases">
      <h2 id="cases">Cases that changed</h2>
      {data.metrics.length > 1 && (
        <div className="row run-filter">
          <label htmlFor="metric">By</label>
          <select id="metric" className="select" value={data.metric} onChange={(event) => go(data.b.id, data.a.id, event.target.value)}>
            {data.metrics.map((name) => <option key={name} value={name}>{metricTitle(name)}</option>)}
          </select>
        </div>
      )}
      <div className="compared">
        <Changed title="Worse with B" all={chosen.worse} cases={data.worse} />
        <Changed title="Better with B" all={chosen.better} cases={data.better} />
      </div>
    </section>
  );
}

const few = 12;

function Changed({ title, all, cases }: { title: string; all: number; cases: Schemas['ChangedCase'][] }) {
  const [open, setOpen] = useState(false);
  const shown = open ? cases : cases.slice(0, few);
  return (
    <div>
      <h3>{title}: {all}</h3>
      {cases.length === 0 ? <p className="soft">None.</p> : (
        <ul className="compared-cases">
          {shown.map((one) => <li key={one.case}><code>{one.case}</code> <span>{figureText(one.a, '')} to {figureText(one.b, '')}</span></li>)}
        </ul>
      )}
      {shown.length < cases.length && <button type="button" className="button small compared-more" onClick={() => setOpen(true)}>Show {cases.length - shown.length} more</button>}
      {open && all > cases.length && <p className="note">The {cases.length} with the largest change are shown.</p>}
    </div>
  );
}

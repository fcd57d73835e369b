import type { Schemas } from '../../api/client';
import { Mark } from '../../parts/marks';
import { count, sentence } from '../../words';
import { figureText } from '../runs/logic';
import { outcomeText, percentileName, percentilePlot, percentiles, settingText } from './logic';

type Figures = Schemas['BenchFigures'];

/** A load run: percentiles, how requests ended, and how far the client is to be trusted. */
export function Bench({ figures }: { figures: Figures }) {
  return (
    <>
      <section className="section" aria-labelledby="load">
        <h2 id="load">Load</h2>
        <p className="measure">
          {count(figures.requests, 'request')} in {figures.seconds.toFixed(1)} s, {figureText(figures.requests_per_second, '')} answered a second
          {figures.tokens_per_second !== null && `, ${figureText(figures.tokens_per_second, '')} tokens a second`}.
        </p>
        {figures.objective.length > 0 && (
          <ul className="run-objective">
            {figures.objective.map((one) => (
              <li key={one.term} className={`status ${one.met ? 'tone-done' : 'tone-stop'}`}><Mark mark={one.met ? 'full' : 'bar'} />{one.term}, {one.met ? 'met' : 'missed'}</li>
            ))}
          </ul>
        )}
        <details className="run-files">
          <summary>How it was loaded</summary>
          <dl className="facts-list run-facts">
            {Object.entries(figures.how).map(([name, text]) => <div key={name}><dt>{settingText(name)}</dt><dd>{text}</dd></div>)}
          </dl>
        </details>
      </section>
      <section className="section" aria-labelledby="percentiles">
        <h2 id="percentiles">Percentiles</h2>
        <ul className="run-spreads">
          {figures.spreads.map((one) => <Spread key={one.name} name={one.name} title={one.title} spread={one.spread} error={figures.client_error?.[one.name]} />)}
        </ul>
      </section>
      <Outcomes figures={figures} />
      <section className="section" aria-labelledby="client">
        <h2 id="client">How far the client is to be trusted</h2>
        <p className={figures.client.bottleneck ? 'callout stop run-texts' : 'measure run-texts'}>{sentence(figures.client.verdict)}</p>
        {figures.client_error === null && <p className="note">The client was not calibrated before this run, so its own error is not known.</p>}
      </section>
    </>
  );
}

const width = 300;
const height = 90;

function Spread({ name, title, spread, error }: { name: string; title: string; spread: Schemas['BenchSpread']; error: Record<string, number> | undefined }) {
  const dots = percentilePlot(spread, width, height);
  const label = `${title}: ${dots.map((dot) => `${dot.name} ${figureText(dot.ms, 'ms')}`).join(', ')}`;
  return (
    <li>
      <h3>{title}</h3>
      <svg className="run-chart" viewBox={`-22 -10 ${width + 44} ${height + 38}`} role="img" aria-label={label}>
        <path className="run-base" d={`M-22 ${height + 9}H${width + 22}`} />
        <path className="run-line" d={dots.map((dot, index) => `${index === 0 ? 'M' : 'L'}${dot.x} ${dot.y}`).join('')} />
        {dots.map((dot) => (
          <g key={dot.name}>
            <circle className="run-dot" cx={dot.x} cy={dot.y} r="4" />
            <text className="run-mark-text" x={dot.x} y={height + 25} textAnchor="middle">{dot.name}</text>
          </g>
        ))}
      </svg>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={`Percentiles of ${title}`}>
        <table className="run-table">
          <thead>
            <tr>
              <th scope="col"><span className="visually-hidden">Percentile</span></th>
              <th scope="col">{name === 'latency' ? 'Latency' : 'Time'}</th>
              {error !== undefined && <th scope="col">The client’s error</th>}
            </tr>
          </thead>
          <tbody>
            {percentiles.map((key) => (
              <tr key={key}>
                <th scope="row">{percentileName(key)}</th>
                <td>{figureText(spread[key], 'ms')}</td>
                {error !== undefined && <td>{error[key] === undefined ? '' : figureText(error[key], 'ms')}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note">
        Over {spread.count}; the axis is logarithmic.
        {name === 'latency_corrected' && ' As callers that came at a steady pace would have seen it: a long answer also counts for those that had to wait behind it.'}
      </p>
    </li>
  );
}

function Outcomes({ figures }: { figures: Figures }) {
  const all = figures.outcomes.reduce((sum, one) => sum + one.count, 0);
  return (
    <section className="section" aria-labelledby="outcomes">
      <h2 id="outcomes">How requests ended</h2>
      <ul className="run-outcomes">
        {figures.outcomes.map((one) => (
          <li key={one.kind}>
            <span>{outcomeText(one.kind)}</span>
            <span className="run-count">{one.count}</span>
            <span className={one.kind === 'ok' ? 'meter done' : 'meter'} aria-hidden="true"><span style={{ transform: `scaleX(${all === 0 ? 0 : one.count / all})` }} /></span>
            {one.first !== '' && <span className="note run-texts">first: {one.first}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

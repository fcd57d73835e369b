import type { Schemas } from '../../api/client';
import { Look } from '../../parts/marks';
import { count, sentence, type StatusLook } from '../../words';
import { figureText, intervalText, markText, metricTitle } from '../runs/logic';
import { intervalPlot, metricVerdict } from './logic';

type Metric = Schemas['MeasuredMetric'];
const width = 300;
const met: StatusLook = { label: 'Met', tone: 'done', mark: 'full' };
const missed: StatusLook = { label: 'Missed', tone: 'stop', mark: 'bar' };

/** Each metric with its interval and threshold drawn, and what it means. Those that missed come first. */
export function MetricList({ metrics, of }: { metrics: Metric[]; of: string }) {
  const rank = (metric: Metric) => (metric.passed === false ? 0 : metric.passed === true ? 1 : 2);
  const ordered = [...metrics].sort((a, b) => rank(a) - rank(b));
  const marks = [...new Set(metrics.map((metric) => metric.mark).filter((mark) => mark !== '').map(markText))];
  return (
    <>
      <ul className="run-metrics">
        {ordered.map((metric) => (
          <li key={metric.name}>
            <div className="run-metric-head">
              <h3>{metricTitle(metric.name)}</h3>
              {metric.passed !== null && <Look look={metric.passed ? met : missed} />}
            </div>
            <p>
              <span className="run-value">{metric.value === null ? 'not measured' : figureText(metric.value, metric.unit)}</span>{' '}
              {intervalText(metric) !== '' && <span className="soft">95 % interval {intervalText(metric)}</span>}
              {metric.mark !== '' && <span className="soft"> judged by a model, {metric.mark}</span>}
            </p>
            <Axis metric={metric} />
            <p className="note">
              {metric.threshold !== null && `${sentence(metricVerdict(metric))} `}
              Over {count(metric.n, of)}{metric.failed > 0 && `, of which ${metric.failed} failed and count as the worst`}. {metric.higher_is_better ? 'Higher' : 'Lower'} is better.
            </p>
            {metric.definition !== null && (
              <details className="run-definition">
                <summary>What it is<span className="visually-hidden">: {metric.name}</span></summary>
                <p className="note">{sentence(metric.definition)} {metric.source !== null && `Source: ${sentence(metric.source)}`}</p>
              </details>
            )}
          </li>
        ))}
      </ul>
      <div className="note measure run-several">
        {metrics.some((metric) => metric.bound !== null) && <p>The bar is the 95 % interval; the triangle is what is needed.</p>}
        {marks.map((text) => <p key={text}>{text}</p>)}
      </div>
    </>
  );
}

function Axis({ metric }: { metric: Metric }) {
  const plot = intervalPlot(metric, width);
  if (plot === undefined || metric.value === null) return null;
  const label = `${metricTitle(metric.name)} ${figureText(metric.value, metric.unit)}${intervalText(metric) === '' ? '' : `, 95 % interval ${intervalText(metric)}`}, ${metricVerdict(metric)}`;
  return (
    <svg className="run-chart run-axis" viewBox={`-6 0 ${width + 12} 46`} role="img" aria-label={label}>
      <path className="run-base" d={`M0 20H${width}M0 16v8M${width} 16v8`} />
      {plot.low !== null && plot.high !== null && <path className="run-range" d={`M${plot.low} 20H${plot.high}`} />}
      {plot.bound !== null && <path className="run-needed" d={`M${plot.bound} 8v24M${plot.bound - 4} 4h8l-4 6z`} />}
      <text className="run-mark-text" x="0" y="42">{figureText(plot.bottom, '')}</text>
      <text className="run-mark-text" x={width} y="42" textAnchor="end">{figureText(plot.top, metric.unit)}</text>
      <circle className={metric.passed === false ? 'run-dot missed' : 'run-dot'} cx={plot.value} cy="20" r="5" />
    </svg>
  );
}

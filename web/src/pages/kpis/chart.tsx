import type { Schemas } from '../../api/client';
import { RunLink } from '../../parts/run_link';
import { dayText } from '../../words';
import { chartText, plotOf, sourceText, valueText } from './logic';

const width = 360;
const height = 96;
const edge = 12;

/** One series as a line with its intervals and its target, and the same as a table. */
export function SeriesChart({ series, title, unit }: { series: Schemas['KpiSeries']; title: string; unit: string }) {
  const plot = plotOf(series.points, series.target, width, height);
  return (
    <>
      <svg className="kpi-chart" viewBox={`${-edge} ${-edge} ${width + 2 * edge} ${height + 2 * edge}`} role="img" aria-label={chartText(title, unit, series.points, series.target)}>
        <path className="kpi-base" d={`M${-edge} ${height + edge - 1}H${width + edge}`} />
        {plot.target !== null && <path className="kpi-target" d={`M${-edge} ${plot.target}H${width + edge}`} />}
        {plot.dots.map((dot, index) => dot.low !== null && dot.high !== null && <path key={index} className="kpi-interval" d={`M${dot.x} ${dot.low}V${dot.high}M${dot.x - 4} ${dot.low}h8M${dot.x - 4} ${dot.high}h8`} />)}
        <path className="kpi-line" d={plot.path} />
        {plot.dots.map((dot, index) => <circle key={index} className={dot.met === false ? 'kpi-dot missed' : 'kpi-dot'} cx={dot.x} cy={dot.y} r={dot.met === false ? 5 : 4} />)}
      </svg>
      <details className="kpi-values">
        <summary>Values of {series.points.length === 1 ? 'one week' : `${series.points.length} weeks`}</summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label={`Values of ${title}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Week of</th>
                <th scope="col">Value</th>
                <th scope="col">95 % interval</th>
                <th scope="col">n</th>
                <th scope="col">Source</th>
              </tr>
            </thead>
            <tbody>
              {series.points.map((point) => (
                <tr key={point.week}>
                  <th scope="row">{dayText(point.week)}</th>
                  <td>{valueText(point.value, unit)}{point.met === false && <span className="tone-stop"> missed</span>}</td>
                  <td>{point.low === null || point.high === null ? 'not known' : `${valueText(point.low, unit)} to ${valueText(point.high, unit)}`}</td>
                  <td>{point.n ?? ''}</td>
                  <td>{sourceText(point.source)}{point.run !== null && <> <RunLink run={point.run} /></>}{point.note !== null && <>, {point.note}</>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

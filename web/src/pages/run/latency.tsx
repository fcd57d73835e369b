import { useResource } from '../../api/resource';
import { Problem } from '../../parts/page';
import { count } from '../../words';
import { figureText } from '../runs/logic';
import { latencyPlot, latencyText } from './logic';

const width = 560;
const height = 120;

/** How long the answered calls took. */
export function LatencyChart({ run }: { run: string }) {
  const latency = useResource('/api/v1/measurements/{run_id}/latency', { run_id: run });
  const data = latency.data;
  if (data?.answered === 0) return null;
  return (
    <section className="section" aria-labelledby="latency">
      <h2 id="latency">Latency</h2>
      {latency.error !== undefined && <Problem error={latency.error} retry={latency.retry} />}
      {data === undefined ? (
        <div className="run-latency-wait" role="status" aria-label="Loading latencies" />
      ) : (
        <>
          <Plot latency={data} />
          <dl className="run-quantiles">
            {data.quantiles.map(({ name, ms }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{figureText(ms, 'ms')}</dd>
              </div>
            ))}
          </dl>
          <p className="note">
            {count(data.answered, 'answered call')}{data.failed > 0 && `; ${count(data.failed, 'call')} without an answer ${data.failed === 1 ? 'has' : 'have'} no latency`}. The axis is logarithmic: equal steps to the right are equal factors.
          </p>
        </>
      )}
    </section>
  );
}

function Plot({ latency }: { latency: Parameters<typeof latencyPlot>[0] & { answered: number } }) {
  const plot = latencyPlot(latency, width, height);
  const first = latency.bars[0];
  const last = latency.bars.at(-1);
  return (
    <svg className="run-chart run-latency" viewBox={`-4 -22 ${width + 8} ${height + 52}`} role="img" aria-label={latencyText(latency)}>
      {plot.bars.map((bar, index) => bar.height > 0 && <rect key={index} className="run-bar" x={bar.x} y={height - bar.height} width={bar.width} height={bar.height} />)}
      <path className="run-base" d={`M0 ${height}H${width}`} />
      {plot.marks.map((mark, index) => (
        <g key={mark.name}>
          <path className="run-mark" d={`M${mark.x} -4V${height}`} />
          <text className="run-mark-text" x={mark.x} y={-8} textAnchor={mark.x > width - 30 ? 'end' : 'middle'}>{tooNear(plot.marks, index) ? '' : mark.name}</text>
        </g>
      ))}
      {first !== undefined && <text className="run-mark-text" x="0" y={height + 22}>{figureText(first.low, 'ms')}</text>}
      {last !== undefined && <text className="run-mark-text" x={width} y={height + 22} textAnchor="end">{figureText(last.high, 'ms')}</text>}
    </svg>
  );
}

/** Whether the name of a mark would lie on that of the one behind it. */
function tooNear(marks: { x: number }[], index: number): boolean {
  const next = marks[index + 1];
  return next !== undefined && next.x - (marks[index]?.x ?? 0) < 44;
}

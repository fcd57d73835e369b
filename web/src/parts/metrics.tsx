import type { Schemas } from '../api/client';
import { dayText, type StatusLook } from '../words';
import { Look } from './marks';
import { RunLink } from './run_link';

type Metric = Schemas['ProjectMetricState'];

const looks: Record<Metric['state'], StatusLook> = {
  unmeasured: { label: 'Not measured', tone: 'rest', mark: 'open' },
  met: { label: 'Met', tone: 'done', mark: 'full' },
  missed: { label: 'Missed, report in', tone: 'due', mark: 'diamond' },
  blocked: { label: 'Missed, report due', tone: 'stop', mark: 'bar' },
};

/** The numbers that a project has to reach, with what was measured and by which run. */
export function Metrics({ metrics, label }: { metrics: Metric[]; label: string }) {
  return (
    <ul className="metrics" aria-label={label}>
      {metrics.map((metric) => {
        return (
          <li key={metric.id}>
            <div className="metrics-head">
              <span>{metric.title}</span>
              <Look look={looks[metric.state]} />
            </div>
            <p>
              <span className="metrics-value">{metric.value_text ?? '–'}</span> <span className="soft">target {metric.target_text}</span>
            </p>
            <p className="note">
              {metric.run === null ? <>A run is missing: <code>{metric.command}</code></> : <>Run <RunLink run={metric.run} />{metric.at !== null && `, ${dayText(metric.at)}`}{metric.n !== null && `, n = ${metric.n}`}</>}
            </p>
            <p className="note">{metric.why}</p>
          </li>
        );
      })}
    </ul>
  );
}

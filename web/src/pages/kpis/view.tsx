import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Facts } from '../../parts/facts';
import { Mark } from '../../parts/marks';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { RunLink } from '../../parts/run_link';
import { Link } from '../../router';
import { SeriesChart } from './chart';
import { valueText } from './logic';
import { ManualValue } from './manual';
import './page.css';

export default function Kpis() {
  const dashboard = useResource('/api/v1/kpis');
  return <Await resource={dashboard}>{(data) => <Dashboard data={data} />}</Await>;
}

function Dashboard({ data }: { data: Schemas['KpiDashboard'] }) {
  return (
    <>
      <Head title="KPIs" eyebrow={<ProofNav />}>
        <p className="lead">Each number names the run that measured it. What nothing can measure is given by hand, and says so.</p>
      </Head>
      <section aria-labelledby="wrong">
        <h2 id="wrong">Which KPI moved in the wrong direction?</h2>
        {data.moved_wrong.length === 0 ? (
          <p className="measure">None that was measured this week and in a week before it.</p>
        ) : (
          <ul className="kpi-wrong">
            {data.moved_wrong.map((moved) => (
              <li key={`${moved.figure} ${moved.project}`} className={moved.certainty === 'apart' ? 'callout stop' : 'callout due'}>
                <strong>{moved.title}{moved.project_title !== null && `, ${moved.project_title}`}</strong>: {moved.text}.
                <Facts facts={moved.facts} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {data.groups.map((group) => (
        <section key={group.title} className="section" aria-labelledby={`group-${group.title}`.replace(/\s/g, '-')}>
          <h2 id={`group-${group.title}`.replace(/\s/g, '-')}>{group.title}</h2>
          <ul className="kpi-grid">
            {group.kpis.map((kpi) => <KpiCard key={kpi.id} kpi={kpi} />)}
          </ul>
        </section>
      ))}
    </>
  );
}

function KpiCard({ kpi }: { kpi: Schemas['Kpi'] }) {
  return (
    <li className="kpi">
      <h3>{kpi.title}</h3>
      <p className="note">{kpi.definition} {kpi.better === 'higher' ? 'Higher' : 'Lower'} is better.</p>
      {kpi.series.map((series) => <SeriesView key={`${series.figure} ${series.project}`} kpi={kpi} series={series} />)}
      {kpi.series.length === 0 && <p className="soft">No value yet. {hintOf(kpi)}</p>}
      {kpi.measured_by === 'manual' && <ManualValue kpi={kpi} />}
    </li>
  );
}

function hintOf(kpi: Schemas['Kpi']): string {
  switch (kpi.measured_by) {
    case 'facts': return 'Solve a DSA lab against its clock.';
    case 'manual': return 'Nothing can measure it, so it is given by hand.';
    default: return 'A run of a suite or a bench moves it.';
  }
}

const directions = { better: 'Better', worse: 'Worse', same: 'Unchanged' };

function SeriesView({ kpi, series }: { kpi: Schemas['Kpi']; series: Schemas['KpiSeries'] }) {
  const last = series.points.at(-1);
  if (last === undefined) return null;
  const name = [series.figure_title, series.project_title].filter((part) => part !== null).join(', ');
  return (
    <div className="kpi-series">
      {name !== '' && (
        <h4>
          {series.figure_title}
          {series.figure_title !== null && series.project !== null && ', '}
          {series.project !== null && <Link to={`/projects/${series.project}`}>{series.project_title}</Link>}
        </h4>
      )}
      <p className="kpi-last">
        <span className="kpi-value">{valueText(last.value, kpi.unit)}</span>
        {series.target !== null && (
          <span className={`status ${last.met === false ? 'tone-stop' : last.met === true ? 'tone-done' : 'tone-rest'}`}>
            <Mark mark={last.met === false ? 'bar' : last.met === true ? 'full' : 'open'} />
            target {valueText(series.target, kpi.unit)}{last.met === false ? ', missed' : last.met === true ? ', met' : ''}
          </span>
        )}
        {last.source === 'manual' && <span className="kpi-manual">given by hand</span>}
      </p>
      {last.run !== null && <p className="note">Run <RunLink run={last.run} /></p>}
      <SeriesChart series={series} title={name === '' ? kpi.title : `${kpi.title}, ${name}`} unit={kpi.unit} />
      {series.movement !== null && <p className="note">{directions[series.movement.direction]}: {series.movement.text}.</p>}
    </div>
  );
}

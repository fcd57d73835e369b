import { useState } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll, useResource } from '../../api/resource';
import { Blocks } from '../../parts/blocks';
import { Coded } from '../../parts/coded';
import { Command } from '../../parts/copy';
import { Look } from '../../parts/marks';
import { Metrics } from '../../parts/metrics';
import { Await, Head, Problem } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { RunLink } from '../../parts/run_link';
import { Link } from '../../router';
import { momentText } from '../../words';
import { projectLook, weeksText } from '../projects/logic';
import '../projects/page.css';

export default function Project({ id }: { id: string }) {
  const project = useResource('/api/v1/projects/{project_id}', { project_id: id });
  return <Await resource={project}>{(data) => <View project={data} />}</Await>;
}

function View({ project }: { project: Schemas['ProjectState'] }) {
  const measured = project.metrics.some((metric) => metric.measured_by === 'suite' || metric.measured_by === 'bench');
  return (
    <>
      <Head title={project.title} eyebrow={<ProofNav />}>
        <p className="lead">{project.summary ?? project.problem}</p>
        <p className="row soft">
          <Look look={projectLook(project.status)} />
          <span>{weeksText(project.weeks)}</span>
          <Link to={`/gates/${project.gate_id}`}>Its gate</Link>
        </p>
      </Head>
      <Blocks blocks={project.blocks} />
      <section className="section" aria-labelledby="numbers">
        <h2 id="numbers">Numbers</h2>
        <Metrics metrics={project.metrics} label={`Numbers of ${project.title}`} />
        {measured && (
          <div className="stack-small">
            <p className="note">Measure your service</p>
            <Command command={`groundwork project measure ${project.project_id} --target http://127.0.0.1:8000`} />
          </div>
        )}
      </section>
      {project.guided && <Guide project={project} />}
      {project.reports.length > 0 && <Reports project={project} />}
    </>
  );
}

function Guide({ project }: { project: Schemas['ProjectState'] }) {
  return (
    <>
      <section className="section" aria-labelledby="start">
        <h2 id="start">Start</h2>
        <div className="stack measure">
          <Start project={project} />
          {project.contract !== undefined && project.contract !== '' && <p>The contract that your service speaks: <code>{project.contract}</code></p>}
        </div>
      </section>
      <section className="section" aria-labelledby="milestones">
        <h2 id="milestones">Milestones</h2>
        <ol className="milestones">
          {project.milestones?.map((milestone) => (
            <li key={`${milestone.week} ${milestone.title}`}>
              <h3><span className="note">Week {milestone.week}</span> {milestone.title}</h3>
              <ul className="bullets">{milestone.tasks.map((task) => <li key={task}><Coded text={task} /></li>)}</ul>
            </li>
          ))}
        </ol>
      </section>
      <section className="section" aria-labelledby="checklists">
        <h2 id="checklists">What has to be there</h2>
        <div className="columns">
          <div>
            <h3>In the README</h3>
            <ul className="bullets">{project.readme_checklist?.map((text) => <li key={text}><Coded text={text} /></li>)}</ul>
          </div>
          <div>
            <h3>As evidence</h3>
            <ul className="bullets">{project.evidence_checklist?.map((text) => <li key={text}><Coded text={text} /></li>)}</ul>
          </div>
        </div>
      </section>
    </>
  );
}

function Start({ project }: { project: Schemas['ProjectState'] }) {
  const [error, setError] = useState<ApiError>();
  const begin = async () => {
    try {
      await api.post('/api/v1/projects/{project_id}/start', undefined as never, { project_id: project.project_id });
      invalidateAll();
    } catch (problem) {
      setError(problem as ApiError);
    }
  };
  return (
    <>
      <p>A starter that runs, speaks the contract, and fails the suite for a reason it names.</p>
      <Command command={`groundwork project start ${project.project_id}`} />
      {project.started_at === null ? (
        <p className="row"><button type="button" className="button" onClick={() => void begin()}>I have begun on my own</button></p>
      ) : (
        <p className="note">Begun {momentText(project.started_at)}</p>
      )}
      {error !== undefined && <Problem error={error} />}
    </>
  );
}

function Reports({ project }: { project: Schemas['ProjectState'] }) {
  return (
    <section className="section" aria-labelledby="reports">
      <h2 id="reports">Root-cause reports</h2>
      {project.reports.map((report) => (
        <details key={report.fact} className="box">
          <summary>{project.metrics.find((metric) => metric.id === report.kpi)?.title ?? report.kpi}, {momentText(report.at)}</summary>
          <dl className="stack-small measure">
            {(['measured', 'hypothesis', 'experiment', 'result', 'fix', 'regression_guard'] as const).map((part) => (
              <div key={part}>
                <dt className="note">{part.replace('_', ' ')}</dt>
                <dd>{report[part]}</dd>
              </div>
            ))}
            <div>
              <dt className="note">runs</dt>
              <dd>{report.runs.map((run) => <p key={run}><RunLink run={run} /></p>)}</dd>
            </div>
          </dl>
        </details>
      ))}
    </section>
  );
}

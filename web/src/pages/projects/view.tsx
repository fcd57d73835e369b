import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Look } from '../../parts/marks';
import { Metrics } from '../../parts/metrics';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Link } from '../../router';
import { projectLook, weeksText } from './logic';
import './page.css';

export default function Projects() {
  const projects = useResource('/api/v1/projects');
  return (
    <Await resource={projects}>
      {(data) => (
        <>
          <Head title="Projects" eyebrow={<ProofNav />}>
            <p className="lead">Four services that you build and Groundwork calls. What counts is what comes back.</p>
          </Head>
          <ul className="projects">
            {data.projects.map((project) => <Card key={project.project_id} project={project} />)}
          </ul>
        </>
      )}
    </Await>
  );
}

function Card({ project }: { project: Schemas['ProjectState'] }) {
  return (
    <li>
      <div className="projects-head">
        <h2><Link to={`/projects/${project.project_id}`}>{project.title}</Link></h2>
        <Look look={projectLook(project.status)} />
      </div>
      <p className="note">{weeksText(project.weeks)}</p>
      <p className="measure">{project.problem}</p>
      <Metrics metrics={project.metrics} label={`Numbers of ${project.title}`} />
    </li>
  );
}

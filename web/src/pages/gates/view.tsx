import type { Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { ActionPanel } from '../../parts/action';
import { Blocks } from '../../parts/blocks';
import { Command } from '../../parts/copy';
import { Facts } from '../../parts/facts';
import { Mark, Status } from '../../parts/marks';
import { Metrics } from '../../parts/metrics';
import { Await, Head } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Reasons } from '../../parts/reasons';
import { RunLink } from '../../parts/run_link';
import { Link } from '../../router';
import { count, momentText } from '../../words';
import { AddEvidence } from './evidence';
import { lackingText } from './logic';
import './page.css';

type Gate = Schemas['GateDetail'];

export default function Gates() {
  const gates = useResource('/api/v1/gates');
  return (
    <Await resource={gates}>
      {(data) => (
        <>
          <Head title="Gates" eyebrow={<ProofNav />}>
            <p className="lead">A gate opens by what was measured and handed in. None is skipped.</p>
          </Head>
          <ul className="gates">
            {data.gates.map((gate) => (
              <li key={gate.gate_id}>
                <div className="gates-head">
                  <h2><Link to={`/gates/${gate.gate_id}`}>{gate.title}</Link></h2>
                  <GateStatus gate={gate} />
                </div>
                <p className="measure">{gate.requirement}</p>
                <p className="note">{lackingText(gate)}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Await>
  );
}

function GateStatus({ gate }: { gate: Gate }) {
  const open = gate.status === 'open';
  return (
    <span className={`status ${open ? 'tone-done' : gate.blocks.length > 0 ? 'tone-stop' : 'tone-rest'}`}>
      <Mark mark={open ? 'full' : gate.blocks.length > 0 ? 'bar' : 'lock'} />
      {open ? 'Open' : gate.blocks.length > 0 ? 'Closed, phase blocked' : 'Closed'}
    </span>
  );
}

export function GatePage({ id }: { id: string }) {
  const gate = useResource('/api/v1/gates/{gate_id}', { gate_id: id });
  return <Await resource={gate}>{(data) => <View gate={data} />}</Await>;
}

function View({ gate }: { gate: Gate }) {
  return (
    <>
      <Head title={gate.title} eyebrow={<ProofNav />}>
        <p className="lead">{gate.requirement}</p>
        <p className="row soft">
          <GateStatus gate={gate} />
          {gate.opened_at !== null && <span>since {momentText(gate.opened_at)}</span>}
        </p>
      </Head>
      <Blocks blocks={gate.blocks} />
      {gate.next !== null && gate.blocks.length === 0 && <div className="no-print"><ActionPanel action={gate.next} whatIf={gate.what_if} /></div>}
      {gate.status === 'open' && <p className="soft">{gate.what_if}</p>}
      <section className="section" aria-labelledby="evidence">
        <h2 id="evidence">Evidence</h2>
        <ul className="gate-items">
          {gate.items.map((item) => <Item key={item.item} gate={gate} item={item} />)}
        </ul>
      </section>
      <section className="section" aria-labelledby="modules">
        <h2 id="modules">Modules</h2>
        <p className="note">{gate.modules_complete} of {count(gate.modules.length, 'module')} complete</p>
        <ul className="rows">
          {gate.modules.map((module) => (
            <li key={module.module_id}>
              <Link to={`/modules/${module.module_id}`} className="rows-title">{module.title}</Link>
              <Status status={module.status} />
            </li>
          ))}
        </ul>
      </section>
      <section className="section" aria-labelledby="why">
        <h2 id="why">Why it is {gate.status}</h2>
        <Reasons reasons={gate.reasons} />
        <div className="no-print stack-small">
          <p className="row"><button type="button" className="button" onClick={() => window.print()}>Print, or save as PDF</button></p>
          <Command command={`groundwork gate report ${gate.gate_id} --format pdf`} />
        </div>
      </section>
    </>
  );
}

function Item({ gate, item }: { gate: Gate; item: Schemas['GateItem'] }) {
  return (
    <li>
      <div className="gates-head">
        <h3>{item.item}</h3>
        <span className={`status ${item.satisfied ? 'tone-done' : 'tone-rest'}`}>
          <Mark mark={item.satisfied ? 'full' : 'open'} />
          {item.satisfied ? 'There' : 'Missing'}
        </span>
      </div>
      {item.kind === 'measured' ? (
        <>
          <p className="note">Proved by runs alone; nothing is handed in here. <Link to={`/projects/${item.project}`}>The project</Link></p>
          <Metrics metrics={item.metrics} label={`Numbers for ${item.item}`} />
        </>
      ) : (
        <>
          {item.evidence !== null && <Given evidence={item.evidence} />}
          <AddEvidence gate={gate.gate_id} item={item.item} there={item.satisfied} />
        </>
      )}
    </li>
  );
}

function Given({ evidence }: { evidence: NonNullable<Schemas['GateItem']['evidence']> }) {
  return (
    <dl className="facts-list gate-given">
      <dt>{evidence.kind}</dt>
      <dd>
        {evidence.kind === 'link' ? <a href={evidence.evidence} rel="noreferrer noopener">{evidence.evidence}</a> : evidence.kind === 'run' ? <RunLink run={evidence.evidence} /> : evidence.kind === 'file' ? evidence.name : evidence.evidence}
        <Facts facts={[evidence.fact]} />
      </dd>
      {evidence.sha256 !== undefined && (
        <>
          <dt>SHA-256</dt>
          <dd><code>{evidence.sha256}</code></dd>
        </>
      )}
      <dt>handed in</dt>
      <dd>{momentText(evidence.at)}</dd>
    </dl>
  );
}

import type { Schemas } from '../api/client';
import { Link } from '../router';
import { hrefOf } from '../words';
import { Command } from './copy';
import { Facts } from './facts';

/** Why a phase is blocked: the rule, its facts, the shortest next action, and what would happen if. */
export function Blocks({ blocks }: { blocks: Schemas['PhaseBlock'][] }) {
  if (blocks.length === 0) return null;
  return (
    <ul className="blocks">
      {blocks.map((block) => (
        <li key={`${block.project} ${block.kpi}`} className="callout stop stack-small">
          <p>
            <strong>{block.project_title} blocks its phase.</strong> {block.text}. Rule: {block.rule}.
            <Facts facts={block.facts} />
          </p>
          <p className="row no-print">
            <Link to={hrefOf(block.next) ?? '/gates'} className="button primary">Write the root-cause report</Link>
          </p>
          <p className="soft">{block.what_if}</p>
          {block.next.command !== undefined && <Command command={block.next.command} />}
        </li>
      ))}
    </ul>
  );
}

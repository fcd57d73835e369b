import type { Schemas } from '../../api/client';
import { count } from '../../words';

type Gate = Pick<Schemas['GateDetail'], 'status' | 'items' | 'modules' | 'modules_complete' | 'blocks'>;

/** What a gate still waits for, in a sentence. */
export function lackingText(gate: Gate): string {
  if (gate.status === 'open') return 'Everything it asked for is there.';
  const lacking: string[] = [];
  const modules = gate.modules.length - (gate.modules_complete ?? 0);
  if (modules > 0) lacking.push(count(modules, 'module'));
  const measured = gate.items.filter((item) => item.kind === 'measured' && !item.satisfied).flatMap((item) => item.metrics.filter((metric) => metric.state !== 'met')).length;
  if (measured > 0) lacking.push(count(measured, 'number'));
  const handed = gate.items.filter((item) => item.kind === 'handed-in' && !item.satisfied).length;
  if (handed > 0) lacking.push(count(handed, 'piece of evidence', 'pieces of evidence'));
  if (gate.blocks.length > 0) lacking.push(count(gate.blocks.length, 'root-cause report'));
  return lacking.length === 0 ? 'It waits for the gate before it.' : `Missing: ${lacking.join(', ')}.`;
}

/** What a piece of evidence has to be, by its kind; empty when it will do. */
export function lackOfEvidence(kind: string, text: string): string {
  const trimmed = text.trim();
  switch (kind) {
    case 'link': return /^https?:\/\/[^\s/]+/.test(trimmed) ? '' : 'Expected an address that begins with http:// or https://.';
    case 'commit': return /^[0-9a-f]{7,64}$/.test(trimmed) ? '' : 'Expected 7 to 64 of 0-9 and a-f.';
    case 'run': return trimmed === '' ? 'Expected the id of a recorded run.' : '';
    case 'note': return trimmed.length < 40 ? 'Expected at least 40 characters that say what is shown and where.' : '';
    default: return '';
  }
}

import type { Schemas } from '../api/client';
import { Link } from '../router';
import { hrefOf, minutesText, verbOf } from '../words';
import { Command } from './copy';

/** What to do next, why, and the same in the terminal. */
export function ActionPanel({ action, whatIf, id }: { action: Schemas['Action']; whatIf?: string | undefined; id?: string }) {
  const href = hrefOf(action);
  return (
    <section className="action" aria-labelledby={id ?? 'next-action'}>
      <h2 id={id ?? 'next-action'}>{action.title}</h2>
      <p className="action-why">{action.why}</p>
      <div className="row">
        {href !== undefined && (
          <Link to={href} className="button primary" data-action={action.kind}>
            {verbOf(action)}
          </Link>
        )}
        {action.minutes !== undefined && action.minutes > 0 && <span className="soft">about {minutesText(action.minutes)}</span>}
      </div>
      {whatIf !== undefined && whatIf !== '' && <p className="soft">{whatIf}</p>}
      {action.command !== undefined && action.command !== '' && (
        <div className="action-command">
          <p className="note">The same in the terminal</p>
          <Command command={action.command} />
        </div>
      )}
    </section>
  );
}

import type { Schemas } from '../api/client';
import { Link } from '../router';

/** Why something is as it is, with the facts behind each reason. */
export function Reasons({ reasons }: { reasons: Schemas['Reason'][] }) {
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={reason.rule + reason.text}>
          {reason.text}
          {reason.facts.length > 0 && (
            <span className="note">
              {' '}
              ({reason.facts.length === 1 ? 'fact' : 'facts'}{' '}
              {reason.facts.map((fact, index) => (
                <span key={fact}>
                  {index > 0 && ', '}
                  <Link to={`/history?fact=${fact}#fact-${fact}`}>{fact}</Link>
                </span>
              ))}
              )
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

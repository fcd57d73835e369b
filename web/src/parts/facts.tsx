import { Fragment } from 'react';
import { Link } from '../router';

/** "(facts 12, 13)", each a link into the history. */
export function Facts({ facts }: { facts: number[] }) {
  if (facts.length === 0) return null;
  return (
    <span className="note">
      {' '}
      ({facts.length === 1 ? 'fact' : 'facts'}{' '}
      {facts.map((fact, index) => (
        <Fragment key={fact}>
          {index > 0 && ', '}
          <Link to={`/history?fact=${fact}#fact-${fact}`}>{fact}</Link>
        </Fragment>
      ))}
      )
    </span>
  );
}

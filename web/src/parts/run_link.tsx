import { Link } from '../router';

/** The id of a run, as a link to its page. */
export function RunLink({ run }: { run: string }) {
  return <Link to={`/runs/${encodeURIComponent(run)}`} className="run-link"><code>{run}</code></Link>;
}

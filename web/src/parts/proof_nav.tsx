import { Link, usePlace } from '../router';

const places: [href: string, name: string][] = [
  ['/gates', 'Gates'],
  ['/projects', 'Projects'],
  ['/runs', 'Runs'],
  ['/kpis', 'KPIs'],
  ['/week', 'Weekly review'],
];

/** The pages of what is proved; they belong together. */
export function ProofNav() {
  const { path } = usePlace();
  return (
    <nav aria-label="Proof" className="proof-nav">
      <ul>
        {places.map(([href, name]) => (
          <li key={href}>
            <Link to={href} aria-current={path === href ? 'page' : path.startsWith(`${href}/`) ? 'true' : undefined}>{name}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

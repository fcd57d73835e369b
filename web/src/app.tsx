import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { useLive } from './api/live';
import { useResource } from './api/resource';
import { Wordmark } from './parts/marks';
import { Ghost, Head } from './parts/page';
import { Palette } from './parts/palette';
import { Shortcuts } from './parts/shortcuts';
import { ThemeButton } from './parts/theme';
import { Link, match, usePlace } from './router';
import { count } from './words';
import Today from './pages/today/view';

type Page = ComponentType<{ id: string }>;
const page = (load: () => Promise<{ default: Page }>): Page => lazy(load);
const reading = (name: 'Explainer' | 'Remedial' | 'InterviewPack') => page(() => import('./pages/reading/view').then((module) => ({ default: module[name] })));

const routes: [pattern: string, page: Page][] = [
  ['/', Today],
  ['/welcome', page(() => import('./pages/welcome/view'))],
  ['/roadmap', page(() => import('./pages/roadmap/view'))],
  ['/plan', page(() => import('./pages/plan/view'))],
  ['/history', page(() => import('./pages/history/view'))],
  ['/ask', page(() => import('./pages/ask/view'))],
  ['/tokens', page(() => import('./pages/tokens/view'))],
  ['/gates', page(() => import('./pages/gates/view'))],
  ['/gates/:id', page(() => import('./pages/gates/view').then((module) => ({ default: module.GatePage })))],
  ['/projects', page(() => import('./pages/projects/view'))],
  ['/projects/:id', page(() => import('./pages/project/view'))],
  ['/projects/:id/report', page(() => import('./pages/report/view'))],
  ['/kpis', page(() => import('./pages/kpis/view'))],
  ['/runs', page(() => import('./pages/runs/view'))],
  ['/runs/:id', page(() => import('./pages/run/view'))],
  ['/runs/:id/compare', page(() => import('./pages/comparison/view'))],
  ['/week', page(() => import('./pages/week/view'))],
  ['/modules/:id', page(() => import('./pages/module/view'))],
  ['/modules/:id/quiz', page(() => import('./pages/quiz/start'))],
  ['/modules/:id/review', page(() => import('./pages/review/view'))],
  ['/quiz/:id', page(() => import('./pages/quiz/view'))],
  ['/labs/:id', page(() => import('./pages/lab/view'))],
  ['/explainers/:id', reading('Explainer')],
  ['/remedials/:id', reading('Remedial')],
  ['/interview/:id', reading('InterviewPack')],
];

function NotFound() {
  return (
    <>
      <Head title="There is no such page" />
      <p className="measure">
        The address names nothing here. <Link to="/">Today</Link> has the next thing to do, the <Link to="/roadmap">Roadmap</Link> has everything.
      </p>
    </>
  );
}

export function App() {
  const { path } = usePlace();
  const { reachable } = useLive();
  for (const [pattern, View] of routes) {
    const params = match(pattern, path);
    if (params === undefined) continue;
    return (
      <Frame path={path} reachable={reachable}>
        <Suspense fallback={<Ghost />}>
          <View key={path} id={params.id ?? ''} />
        </Suspense>
      </Frame>
    );
  }
  return (
    <Frame path={path} reachable={reachable}>
      <NotFound />
    </Frame>
  );
}

const sections: [href: string, name: string, belongs: RegExp][] = [
  ['/', 'Today', /^\/$/],
  ['/roadmap', 'Roadmap', /^\/(roadmap|modules|quiz|labs|explainers|remedials|interview)(\/|$)/],
  ['/gates', 'Proof', /^\/(gates|projects|runs|kpis|week)(\/|$)/],
  ['/plan', 'Plan', /^\/(plan|welcome)$/],
  ['/history', 'History', /^\/history$/],
  ['/ask', 'Ask', /^\/ask$/],
];

function Frame({ path, reachable, children }: { path: string; reachable: boolean; children: ReactNode }) {
  const session = useResource('/api/v1/session');
  const errors = session.data?.content_errors ?? [];
  const sandbox = session.data?.sandbox;
  return (
    <div className="frame">
      <a className="skip" href="#main">Skip to the content</a>
      <header className="masthead">
        <div className="masthead-inner">
          <Link to="/" className="wordmark">
            <Wordmark />
            Groundwork
          </Link>
          <nav aria-label="Main">
            <ul>
              {sections.map(([href, name, belongs]) => (
                <li key={href}>
                  <Link to={href} aria-current={belongs.test(path) ? 'page' : undefined}>{name}</Link>
                </li>
              ))}
            </ul>
          </nav>
          <div className="masthead-tools">
            <Palette />
            <Shortcuts />
            <ThemeButton />
          </div>
        </div>
      </header>
      {!reachable && (
        <div className="banner" role="status">
          <div>The server does not answer. Start it with <code>groundwork serve</code>; this page goes on by itself.</div>
        </div>
      )}
      {errors.length > 0 && (
        <div className="banner">
          <div>
            <details>
              <summary>{count(errors.length, 'problem')} in the content; what was right before is served.</summary>
              <ul>
                {errors.map((error) => (
                  <li key={error}>{error}</li>
                ))}
              </ul>
            </details>
          </div>
        </div>
      )}
      <main id="main" tabIndex={-1}>{children}</main>
      <footer className="colophon">
        <p>
          <span>Groundwork {session.data?.version}</span>
          {sandbox !== undefined && <span title={sandbox.explanation}>Sandbox: {sandbox.level === 'full' ? 'full isolation' : sandbox.level === 'reduced' ? 'reduced isolation' : 'none, so no lab can run'}</span>}
          <Link to="/tokens">Tokens</Link>
          <a href="/api/openapi.json">API</a>
        </p>
      </footer>
    </div>
  );
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useResource } from '../../api/resource';
import { Await, Head } from '../../parts/page';
import { Prose } from '../../prose/prose';
import { markQuote, unmarkQuote } from '../../prose/quote';
import { Link, scrollToHash, usePlace } from '../../router';
import { count, minutesText } from '../../words';
import { currentSection, outline, readFraction, worthPosting } from './logic';
import './page.css';

type Page = Schemas['Page'];

export function Explainer({ id }: { id: string }) {
  const page = useResource('/api/v1/explainers/{page_id}', { page_id: id });
  return <Await resource={page}>{(data) => <Reading key={data.id} page={data} />}</Await>;
}

export function Remedial({ id }: { id: string }) {
  const page = useResource('/api/v1/remedials/{page_id}', { page_id: id });
  return <Await resource={page}>{(data) => <Reading key={data.id} page={data} />}</Await>;
}

export function InterviewPack({ id }: { id: string }) {
  const page = useResource('/api/v1/interview-packs/{page_id}', { page_id: id });
  return <Await resource={page}>{(data) => <Reading key={data.id} page={data} />}</Await>;
}

const kinds = { explainer: 'Explainer', remedial: 'Remedial', 'interview-pack': 'Interview pack' } as const;

function Reading({ page }: { page: Page }) {
  const body = useRef<HTMLDivElement>(null);
  const [section, setSection] = useState<string>();
  const [shown, setShown] = useState(false);
  const known = useRef(page.read_fraction);
  const [furthest, setFurthest] = useState(page.read_fraction);
  const entries = outline(page.contents);
  const { hash, search } = usePlace();

  const ready = useCallback(() => {
    setShown(true);
    if (window.location.hash !== '') requestAnimationFrame(() => scrollToHash());
  }, []);

  useEffect(() => {
    if (shown && hash !== '') scrollToHash();
  }, [shown, hash]);

  // A citation brings its quote; it is marked until the reader goes on.
  useEffect(() => {
    const quote = new URLSearchParams(search).get('quote');
    if (!shown || quote === null || body.current === null) return;
    const element = body.current;
    const frame = requestAnimationFrame(() => markQuote(element, quote));
    return () => {
      cancelAnimationFrame(frame);
      unmarkQuote();
    };
  }, [shown, search]);

  useEffect(() => {
    if (!shown) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const element = body.current;
      if (element === null) return;
      const tops = page.contents.flatMap(({ anchor, level }) => {
        const heading = level <= 3 ? document.getElementById(anchor) : null;
        return heading === null ? [] : [{ anchor, top: heading.getBoundingClientRect().top }];
      });
      setSection(currentSection(tops, window.innerHeight));
      const { top, height } = element.getBoundingClientRect();
      const fraction = readFraction({ top, height }, window.innerHeight);
      if (page.kind !== 'explainer' || !worthPosting(known.current, fraction)) return;
      known.current = fraction;
      setFurthest(fraction);
      const rounded = Math.round(fraction * 100) / 100;
      api.post('/api/v1/explainers/{page_id}/progress', { fraction: rounded }, { page_id: page.id }).catch(() => undefined);
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    soon();
    window.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', soon);
      window.removeEventListener('resize', soon);
    };
  }, [shown, page]);

  return (
    <div className="reading">
      <Head
        title={page.title}
        eyebrow={
          <>
            <span>{kinds[page.kind]}</span>
            <Link to={`/modules/${page.module_id}`}>{page.module_title ?? 'The module'}</Link>
            <span>{minutesText(page.minutes)}</span>
          </>
        }
      />
      <div className="reading-columns">
        <div className="reading-side no-print">
          <nav aria-label="On this page" className="contents">
            <h2>On this page</h2>
            <ol>
              {entries.map((entry) => (
                <li key={entry.anchor} className={entry.level > 2 ? 'deeper' : undefined}>
                  <a href={`#${entry.anchor}`} aria-current={section === entry.anchor ? 'location' : undefined}>
                    {entry.title}
                  </a>
                </li>
              ))}
            </ol>
            {page.kind === 'explainer' && (
              <div className="read-so-far">
                <span className="meter" aria-hidden="true"><span style={{ width: `${furthest * 100}%` }} /></span>
                <p className="note">{furthest >= 0.99 ? 'Read to the end' : `Read so far: ${Math.floor(furthest * 100)} %`}</p>
              </div>
            )}
          </nav>
        </div>
        <div className="reading-body">
          <article ref={body}>
            <Prose html={page.html} onReady={ready} />
          </article>
          {shown && <After page={page} />}
        </div>
      </div>
    </div>
  );
}

function After({ page }: { page: Page }) {
  return (
    <footer className="after">
      {page.kind === 'remedial' && (
        <div className="callout act row">
          <p className="measure">
            {page.checks ? `${count(page.checks, 'question')} show that it has landed; then the re-test opens.` : 'Then the re-test opens.'}
          </p>
          <Link to={`/modules/${page.module_id}/quiz`} className="button primary">Answer the check</Link>
        </div>
      )}
      <nav aria-label="Before and after" className="turns">
        {page.previous ? (
          <Link to={`${pathOf(page.kind)}${page.previous.id}`} className="turn">
            <span className="note">Before</span>
            {page.previous.title}
          </Link>
        ) : (
          <Link to={`/modules/${page.module_id}`} className="turn">
            <span className="note">Module</span>
            {page.module_title ?? 'Back to the module'}
          </Link>
        )}
        {page.next && (
          <Link to={`${pathOf(page.kind)}${page.next.id}`} className="turn turn-next">
            <span className="note">Next</span>
            {page.next.title}
          </Link>
        )}
        {!page.next && page.previous && (
          <Link to={`/modules/${page.module_id}`} className="turn turn-next">
            <span className="note">Module</span>
            {page.module_title ?? 'Back to the module'}
          </Link>
        )}
      </nav>
      <p className="note">Updated {page.updated_on}</p>
    </footer>
  );
}

const pathOf = (kind: Page['kind']): string => ({ explainer: '/explainers/', remedial: '/remedials/', 'interview-pack': '/interview/' })[kind];

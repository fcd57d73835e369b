import { useEffect, useRef, type ReactNode } from 'react';
import type { ApiError } from '../api/client';
import type { Resource } from '../api/resource';
import { takeFocus } from '../router';

interface HeadProps {
  title: string;
  eyebrow?: ReactNode;
  children?: ReactNode;
}

/** The head of a page. Its h1 names the tab and takes the focus after a move to another page. */
export function Head({ title, eyebrow, children }: HeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === 'Groundwork' ? title : `${title} · Groundwork`;
  }, [title]);
  useEffect(() => {
    if (takeFocus() && window.location.hash === '') heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="head">
      {eyebrow !== undefined && <div className="eyebrow">{eyebrow}</div>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </header>
  );
}

/** One clear sentence and a way on. */
export function Problem({ error, retry }: { error: Pick<ApiError, 'message'>; retry?: (() => void) | undefined }) {
  return (
    <div className="callout stop row" role="alert">
      <p className="measure">{error.message}</p>
      {retry !== undefined && (
        <button type="button" className="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Ghost() {
  return (
    <div className="ghost" role="status" aria-label="Loading">
      <span />
      <span />
      <span />
      <span />
    </div>
  );
}

/** Shows what a resource holds; until then a ghost, or what went wrong. */
export function Await<T>({ resource, children }: { resource: Resource<T>; children: (data: T) => ReactNode }) {
  if (resource.data !== undefined) {
    return (
      <>
        {resource.error !== undefined && !resource.error.offline && <Problem error={resource.error} retry={resource.retry} />}
        {children(resource.data)}
      </>
    );
  }
  if (resource.error !== undefined) {
    return (
      <>
        <Head title={resource.error.status === 404 ? 'Not found' : 'That did not work'} />
        <Problem error={resource.error} retry={resource.retry} />
      </>
    );
  }
  return <Ghost />;
}

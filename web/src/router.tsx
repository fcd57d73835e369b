import { useEffect, useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent, type ReactNode } from 'react';

/** Where the page is. The address bar is the only state. */
export interface Place {
  path: string;
  search: string;
  hash: string;
}

const listeners = new Set<() => void>();
let place = here();
let focusPending = false;

function here(): Place {
  if (typeof window === 'undefined') return { path: '/', search: '', hash: '' };
  return { path: window.location.pathname, search: window.location.search, hash: window.location.hash };
}

function moved(): void {
  const next = here();
  const samePage = next.path === place.path;
  if (!samePage) focusPending = true;
  place = next;
  for (const listener of listeners) listener();
}

if (typeof window !== 'undefined') window.addEventListener('popstate', moved);

/** Goes to an address of this page without loading it anew. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const samePage = new URL(to, window.location.href).pathname === window.location.pathname;
  if (options.replace) window.history.replaceState(null, '', to);
  else window.history.pushState(null, '', to);
  moved();
  if (!samePage && !to.includes('#')) window.scrollTo(0, 0);
  if (samePage && to.includes('#')) scrollToHash();
}

export function usePlace(): Place {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => place,
  );
}

/** Brings the element that the address names into view, and moves the focus there. */
export function scrollToHash(): boolean {
  const id = decodeURIComponent(window.location.hash.slice(1));
  const target = id === '' ? null : document.getElementById(id);
  if (target === null) return false;
  if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1');
  target.scrollIntoView();
  target.focus({ preventScroll: true });
  return true;
}

/** True once after each move to another page: whoever asks must take the focus. */
export function takeFocus(): boolean {
  const pending = focusPending;
  focusPending = false;
  return pending;
}

/** Whether a click should be left to the browser. */
export function isPlainClick(event: Pick<MouseEvent, 'button' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'defaultPrevented'>): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; children: ReactNode };

export function Link({ to, onClick, children, ...rest }: LinkProps) {
  return (
    <a
      href={to}
      onClick={(event) => {
        onClick?.(event);
        if (!isPlainClick(event)) return;
        event.preventDefault();
        navigate(to);
      }}
      {...rest}
    >
      {children}
    </a>
  );
}

/** Matches "/modules/:id/quiz" against a path; the named parts, or nothing. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/').filter(Boolean);
  const found = path.split('/').filter(Boolean);
  if (wanted.length !== found.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = found[index] ?? '';
    if (part.startsWith(':')) {
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined;
      }
    } else if (part !== value) {
      return undefined;
    }
  }
  return params;
}

/** Scrolls to the address's anchor once the content that holds it is there. */
export function useHashScroll(ready: boolean): void {
  const { hash } = usePlace();
  useEffect(() => {
    if (ready && hash !== '') scrollToHash();
  }, [ready, hash]);
}

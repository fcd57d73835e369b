import { useEffect, useState } from 'react';
import { onReachability, reportReachable } from './client';
import { invalidateAll } from './resource';

/**
 * One event stream for the page: a fact from anywhere (the terminal too) makes what is on screen be fetched again. It is
 * closed while the page is hidden, because a browser keeps few connections to one server.
 */
export function useLive(): { reachable: boolean } {
  const [reachable, setReachable] = useState(true);

  useEffect(() => onReachability(setReachable), []);

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let interrupted = false;

    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(invalidateAll, 60);
    };
    const open = () => {
      if (source !== undefined || document.hidden) return;
      source = new EventSource('/api/v1/events');
      source.addEventListener('state', soon);
      source.onopen = () => {
        reportReachable(true);
        if (interrupted) soon(); // what happened meanwhile was not heard
        interrupted = false;
      };
      source.onerror = () => {
        interrupted = true;
        reportReachable(false);
        if (source?.readyState === EventSource.CLOSED) {
          close();
          setTimeout(open, 3000);
        }
      };
    };
    const close = () => {
      source?.close();
      source = undefined;
    };
    const visibility = () => {
      if (document.hidden) {
        close();
        interrupted = true;
      } else {
        open();
      }
    };
    open();
    document.addEventListener('visibilitychange', visibility);
    return () => {
      document.removeEventListener('visibilitychange', visibility);
      clearTimeout(timer);
      close();
    };
  }, []);

  return { reachable };
}

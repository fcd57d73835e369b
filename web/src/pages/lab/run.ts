import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiError, type Schemas } from '../../api/client';
import { invalidateAll } from '../../api/resource';
import type { Files } from './logic';

type Run = Schemas['Run'];

export interface Request {
  mode: 'test' | 'submit';
  variant: 'standard' | 'harder';
  files: Files;
  timedSeconds: number | undefined;
}

export interface LiveRun {
  run: Run | undefined;
  busy: boolean;
  error: ApiError | undefined;
  start: (request: Request) => Promise<void>;
  cancel: () => void;
}

/** Starts a run and follows it, event by event, until it is done. */
export function useRun(labId: string, onDone: (run: Run) => void): LiveRun {
  const [run, setRun] = useState<Run>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const source = useRef<EventSource>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => () => source.current?.close(), []);

  const start = useCallback(
    async (request: Request) => {
      source.current?.close();
      setBusy(true);
      setError(undefined);
      setRun(undefined);
      let begun: Run;
      try {
        begun = await api.post(
          '/api/v1/labs/{lab_id}/runs',
          {
            mode: request.mode,
            variant: request.variant,
            files: request.files,
            ...(request.timedSeconds === undefined ? {} : { timed_seconds: request.timedSeconds }),
          },
          { lab_id: labId },
        );
      } catch (problem) {
        setError(problem as ApiError);
        setBusy(false);
        return;
      }
      setRun(begun);
      const events = new EventSource(`/api/v1/runs/${encodeURIComponent(begun.run_id)}/events`);
      source.current = events;
      const take = (event: MessageEvent<string>): Run => {
        const next = JSON.parse(event.data) as Run;
        setRun(next);
        return next;
      };
      events.addEventListener('update', (event) => take(event));
      events.addEventListener('done', (event) => {
        events.close();
        const last = take(event);
        setBusy(false);
        if (last.fact_id) invalidateAll();
        done.current(last);
      });
      events.onerror = () => {
        if (events.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
        setBusy(false);
        setError(new ApiError(0, 'UNAVAILABLE', 'The run can no longer be followed. If it was a submission, its result stands in the attempts below.'));
      };
    },
    [labId],
  );

  const cancel = useCallback(() => {
    if (run !== undefined) void api.remove('/api/v1/runs/{run_id}', { run_id: run.run_id }).catch((problem: unknown) => setError(problem as ApiError));
  }, [run]);

  return { run, busy, error, start, cancel };
}

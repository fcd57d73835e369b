import { useEffect, useState } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll } from '../../api/resource';
import { Problem } from '../../parts/page';

type LiveRun = Schemas['LiveMeasurement'];

/** A run that goes on: how far it is, and a way to stop it. A run that the terminal makes shows when it ends. */
export function Live({ run }: { run: string }) {
  const [now, setNow] = useState<LiveRun>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    const events = new EventSource(`/api/v1/measurements/${encodeURIComponent(run)}/events`);
    const take = (event: MessageEvent<string>) => setNow(JSON.parse(event.data) as LiveRun);
    events.addEventListener('update', take);
    events.addEventListener('done', (event: MessageEvent<string>) => {
      take(event);
      events.close();
      invalidateAll();
    });
    return () => events.close();
  }, [run]);
  const stop = () => void api.remove('/api/v1/measurements/{run_id}', { run_id: run }).catch((problem: unknown) => setError(problem as ApiError));
  if (now === undefined) return <p className="note run-live">It isn’t finished, and is not being made by this server: the terminal may be at it.</p>;
  return (
    <div className="stack-small run-live">
      <p role="status">{now.done} of {now.total} calls{now.failed > 0 && `, ${now.failed} failed`}</p>
      <span className="meter" aria-hidden="true"><span style={{ transform: `scaleX(${now.total === 0 ? 0 : now.done / now.total})` }} /></span>
      <p className="row"><button type="button" className="button small" onClick={stop}>Stop it</button></p>
      {error !== undefined && <Problem error={error} />}
    </div>
  );
}

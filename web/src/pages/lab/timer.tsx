import { useEffect, useState } from 'react';
import { load, save } from '../../storage';
import { clockText, elapsed } from './logic';

const isMoment = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const keyOf = (labId: string) => `timed.${labId}`;

/** Seconds on the interview clock of a lab now; nothing when it does not run. */
export function secondsOnClock(labId: string): number | undefined {
  const started = load(keyOf(labId), isMoment);
  return started === undefined ? undefined : elapsed(started, Date.now());
}

export function stopClock(labId: string): void {
  save(keyOf(labId), undefined);
}

/** The interview's clock: it cannot be paused, and a reload does not stop it. */
export function Timer({ labId, from, to }: { labId: string; from: number; to: number }) {
  const [seconds, setSeconds] = useState(() => secondsOnClock(labId));
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsOnClock(labId)), 1000);
    return () => clearInterval(timer);
  }, [labId]);
  if (seconds === undefined) {
    return (
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => {
            save(keyOf(labId), Date.now());
            setSeconds(0);
          }}
        >
          Start the interview clock
        </button>
        <span className="note">{from} to {to} minutes, no pause</span>
      </div>
    );
  }
  const over = seconds > to * 60;
  return (
    <div className="row">
      <p className={`clock ${over ? 'tone-due' : ''}`} role="timer" aria-label="Interview clock">{clockText(seconds)}</p>
      <span className="note">{over ? 'past the time of an interview; finish it all the same' : `of ${from} to ${to} minutes`}</span>
      <button
        type="button"
        className="button small"
        onClick={() => {
          stopClock(labId);
          setSeconds(undefined);
        }}
      >
        Give up the clock
      </button>
    </div>
  );
}

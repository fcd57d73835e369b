import type { StatusLook } from '../words';
import { lookOf } from '../words';
import type { Schemas } from '../api/client';

/** The mark of a status, drawn so that it differs in shape and not in colour alone. */
export function Mark({ mark }: { mark: StatusLook['mark'] }) {
  const frame = { x: 1.5, y: 1.5, width: 11, height: 11, fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 };
  return (
    <svg className="mark" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      {mark === 'full' && (
        <>
          <rect {...frame} fill="currentColor" />
          <path d="M4 7.2 6.2 9.4 10.2 4.8" fill="none" stroke="var(--paper)" strokeWidth="1.7" />
        </>
      )}
      {mark === 'half' && (
        <>
          <rect {...frame} />
          <rect x="1.5" y="7" width="11" height="5.5" fill="currentColor" />
        </>
      )}
      {mark === 'open' && <rect {...frame} />}
      {mark === 'dashed' && <rect {...frame} strokeDasharray="2 2" />}
      {mark === 'diamond' && <rect x="2.9" y="2.9" width="8.2" height="8.2" transform="rotate(45 7 7)" fill="currentColor" />}
      {mark === 'bar' && (
        <>
          <rect {...frame} />
          <path d="M4 7h6" stroke="currentColor" strokeWidth="2" />
        </>
      )}
      {mark === 'lock' && (
        <>
          <rect x="2.5" y="6.25" width="9" height="6.5" fill="currentColor" />
          <path d="M4.5 6.5V4.4a2.5 2.5 0 0 1 5 0v2.1" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </>
      )}
    </svg>
  );
}

/** How something stands: mark, colour and words. */
export function Look({ look }: { look: StatusLook }) {
  return (
    <span className={`status tone-${look.tone}`}>
      <Mark mark={look.mark} />
      {look.label}
    </span>
  );
}

export const Status = ({ status }: { status: Schemas['ModuleStatus'] }) => <Look look={lookOf(status)} />;

export function Wordmark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" fill="currentColor">
      <rect x="0" y="15.5" width="9" height="5.5" />
      <rect x="10.5" y="15.5" width="11.5" height="5.5" />
      <rect x="0" y="8.5" width="14" height="5.5" />
      <rect x="15.5" y="8.5" width="6.5" height="5.5" opacity="0.45" />
      <rect x="0" y="1.5" width="6.5" height="5.5" opacity="0.45" />
    </svg>
  );
}

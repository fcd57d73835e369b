import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, stream } from '../../api/client';
import { historyOf, isOpen, keepTurns, keptTurns, received, resumed, shown, type Turn } from './logic';

const betweenLooks = 1500; // ms; the server says 503 while it reads the library
const resumptions = 2; // of an answer that broke off; then it is the reader's to ask again
const brokeOff = new ApiError(0, 'UNAVAILABLE', 'The answer broke off.');

const wait = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = window.setTimeout(resolve, betweenLooks);
    signal.addEventListener('abort', () => {
      window.clearTimeout(timer);
      resolve();
    });
  });

export interface Conversation {
  turns: Turn[];
  busy: boolean;
  /** Why an answer has to wait, while it has to. */
  waiting: string;
  ask: (question: string, before: Turn[]) => void;
  stop: () => void;
}

/** A conversation that begins with the question of the address. It survives leaving the page and coming back. */
export function useConversation(asked: string): Conversation {
  const [turns, setTurns] = useState<Turn[]>(() => keptTurns(window.sessionStorage, asked));
  const [waiting, setWaiting] = useState('');
  const running = useRef<AbortController>(undefined);
  const begun = useRef(turns.length > 0 ? asked : '');

  const ask = useCallback(async (question: string, before: Turn[]) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    let turn: Turn = { question };
    const show = (next: Turn) => {
      if (running.current !== control) return;
      turn = next;
      setTurns([...before, turn]);
    };
    show(turn);
    const body = { question, history: historyOf(before), stream: true };
    let left = resumptions;
    for (let ready = false; !ready;) {
      try {
        await stream('/api/v1/ask', body, control.signal, (event) => show(received(turn, event)));
        if (isOpen(turn)) throw brokeOff;
        ready = true;
      } catch (error) {
        const failed = error instanceof ApiError ? error : new ApiError(0, 'INTERNAL', 'The answer could not be read.');
        ready = failed.status !== 503 || control.signal.aborted;
        if (failed.status === 0 && shown(turn) !== undefined && !control.signal.aborted && left-- > 0) {
          ready = false;
          show(resumed(turn));
          await wait(control.signal);
        } else if (ready) {
          show({ ...turn, error: { status: failed.status, message: failed.message } });
        } else {
          setWaiting(failed.message);
          await wait(control.signal);
        }
      }
    }
    if (running.current === control) setWaiting('');
  }, []);

  useEffect(() => {
    if (asked === begun.current) return;
    begun.current = asked;
    if (asked === '') {
      running.current?.abort();
      running.current = undefined;
      setTurns([]);
      setWaiting('');
    } else {
      void ask(asked, []);
    }
  }, [asked, ask]);
  useEffect(() => {
    keepTurns(window.sessionStorage, asked, turns);
  }, [asked, turns]);
  useEffect(
    () => () => {
      running.current?.abort();
      running.current = undefined;
      begun.current = '';
    },
    [],
  );

  return { turns, busy: turns.some(isOpen), waiting, ask: (question, before) => void ask(question, before), stop: () => running.current?.abort() };
}

import { useEffect, useRef, useState } from 'react';
import { navigate } from '../router';
import { isBoolean, load, save } from '../storage';

/** Single keys do something only where the reader left them switched on (WCAG 2.1.4). */
export const shortcutsOn = (): boolean => load('shortcuts', isBoolean) ?? true;

const pages: Record<string, string> = { t: '/', r: '/roadmap', o: '/gates', p: '/plan', h: '/history', a: '/ask', k: '/tokens' };

/** The help dialog, which "?" opens, and "g" followed by a letter, which goes to a page. */
export function Shortcuts() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(shortcutsOn);

  useEffect(() => {
    let going = 0;
    const keys = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
      const target = event.composedPath()[0];
      if (target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null)) return;
      if (event.key === '?') {
        event.preventDefault();
        dialog.current?.showModal();
      } else if (event.key === 'g') {
        going = event.timeStamp;
      } else if (event.timeStamp - going < 1200 && pages[event.key] !== undefined) {
        event.preventDefault();
        going = 0;
        navigate(pages[event.key] ?? '/');
      }
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, []);

  return (
    <>
      <button type="button" className="icon-button" aria-label="Keyboard shortcuts" onClick={() => dialog.current?.showModal()}>
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
          <rect x="1.25" y="4" width="15.5" height="10" rx="1.5" />
          <path d="M4 7.2h.1M7 7.2h.1M10 7.2h.1M13 7.2h.1M5.5 11h7" strokeLinecap="round" />
        </svg>
      </button>
      <dialog ref={dialog} aria-labelledby="shortcuts-title">
        <h2 id="shortcuts-title">Keyboard</h2>
        <dl className="keys">
          <dt><kbd>g</kbd> <kbd>t</kbd></dt><dd>Today</dd>
          <dt><kbd>g</kbd> <kbd>r</kbd></dt><dd>Roadmap</dd>
          <dt><kbd>g</kbd> <kbd>o</kbd></dt><dd>Proof</dd>
          <dt><kbd>g</kbd> <kbd>p</kbd></dt><dd>Plan</dd>
          <dt><kbd>g</kbd> <kbd>h</kbd></dt><dd>History</dd>
          <dt><kbd>g</kbd> <kbd>a</kbd></dt><dd>Ask</dd>
          <dt><kbd>g</kbd> <kbd>k</kbd></dt><dd>Tokens</dd>
          <dt><kbd>Ctrl</kbd> <kbd>K</kbd></dt><dd>Search the library</dd>
          <dt><kbd>1</kbd>–<kbd>9</kbd>, <kbd>a</kbd>–<kbd>i</kbd></dt><dd>In a quiz: choose, or pick a step</dd>
          <dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>In a quiz: move the picked step</dd>
          <dt><kbd>Enter</kbd></dt><dd>In a quiz: answer</dd>
          <dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>In a lab: run the tests</dd>
          <dt><kbd>Esc</kbd>, then <kbd>Tab</kbd></dt><dd>In the editor: leave it</dd>
          <dt><kbd>?</kbd></dt><dd>This help</dd>
        </dl>
        <label className="row">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              save('shortcuts', event.target.checked);
              setOn(event.target.checked);
            }}
          />
          Single keys do something
        </label>
        <form method="dialog" className="row dialog-close">
          <button className="button">Close</button>
        </form>
      </dialog>
    </>
  );
}

import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { api, type ApiError, type Schemas } from '../api/client';
import { hrefOfPassage } from '../pages/ask/logic';
import { navigate } from '../router';

type Hit = Schemas['SearchHits']['hits'][number];
const pause = 90; // ms after the last key; an answer takes about 20

/** Search as you type, from anywhere: Ctrl-K. The last entry hands the words to the tutor. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [hits, setHits] = useState<Hit[]>([]);
  const [chosen, setChosen] = useState(0);
  const [problem, setProblem] = useState('');

  const open = () => {
    if (dialog.current?.open === true) return;
    dialog.current?.showModal();
    input.current?.select();
  };
  useEffect(() => {
    const keys = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      open();
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, []);

  useEffect(() => {
    const asked = words.trim().slice(0, 250);
    if (asked === '') {
      setHits([]);
      setProblem('');
      return;
    }
    let current = true;
    const timer = window.setTimeout(() => {
      api.get('/api/v1/search', {}, { q: asked, limit: 8, typing: 'true' }).then(
        (found) => {
          if (!current) return;
          setHits(found.hits);
          setChosen(0);
          setProblem('');
        },
        (error: ApiError) => {
          if (current) setProblem(error.message);
        },
      );
    }, pause);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [words]);

  const targets = [
    ...hits.map((hit) => ({ key: hit.id, href: hrefOfPassage(hit), title: hit.title, snippet: hit.snippet })),
    ...(words.trim() === '' ? [] : [{ key: 'ask', href: `/ask?${new URLSearchParams({ q: words.trim() }).toString()}`, title: `Ask: ${words.trim()}`, snippet: '' }]),
  ];
  const go = (href: string) => {
    dialog.current?.close();
    navigate(href);
  };
  const keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && targets.length > 0) {
      event.preventDefault();
      setChosen((now) => (now + step + targets.length) % targets.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const target = targets[chosen];
      if (target !== undefined) go(target.href);
    }
  };

  return (
    <>
      <button type="button" className="search-button" onClick={open} aria-keyshortcuts="Control+K">
        Search <kbd>Ctrl K</kbd>
      </button>
      <dialog ref={dialog} className="palette" aria-label="Search the library">
        <input
          ref={input}
          className="input"
          type="search"
          role="combobox"
          aria-label="Search the library"
          aria-expanded={targets.length > 0}
          aria-controls="palette-hits"
          aria-activedescendant={targets.length > 0 ? `palette-${chosen}` : undefined}
          placeholder="Words, or a question"
          value={words}
          maxLength={250}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={keys}
        />
        {problem !== '' && <p className="note" role="alert">{problem}</p>}
        <ul id="palette-hits" role="listbox" aria-label="Found">
          {targets.map((target, index) => (
            <li key={target.key} id={`palette-${index}`} role="option" aria-selected={index === chosen} onClick={() => go(target.href)}>
              <strong>{target.title}</strong>
              {target.snippet !== '' && <span>{target.snippet}</span>}
            </li>
          ))}
        </ul>
      </dialog>
    </>
  );
}

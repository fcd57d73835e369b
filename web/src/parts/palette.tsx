import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { api, type ApiError, type Schemas } from '../api/client';
import { navigate } from '../router';
import { count } from '../words';
import { askTarget, hitTargets, noticeOf, pageTargets } from './palette_logic';

const pause = 90; // ms after the last key; an answer takes about 20

/** Search as you type, from anywhere: Ctrl-K. The last entry hands the words to the tutor. */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Schemas['SearchHits']>();
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
      setFound(undefined);
      setProblem('');
      return;
    }
    let current = true;
    const timer = window.setTimeout(() => {
      api.get('/api/v1/search', {}, { q: asked, limit: 8, typing: 'true' }).then(
        (answer) => {
          if (!current) return;
          setFound(answer);
          setChosen(0);
          setProblem('');
        },
        (error: ApiError) => {
          if (!current) return;
          setFound(undefined);
          setProblem(error.message);
        },
      );
    }, pause);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [words]);

  const blank = words.trim() === '';
  const targets = [...pageTargets(words), ...(found === undefined ? [] : hitTargets(found)), ...(blank ? [] : [askTarget(words)])];
  const notice = found === undefined ? '' : noticeOf(found);
  useEffect(() => {
    void document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
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
          aria-autocomplete="list"
          aria-controls="palette-hits"
          aria-activedescendant={targets.length > 0 ? `palette-${chosen}` : undefined}
          placeholder="Words, or a question"
          value={words}
          maxLength={250}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={keys}
        />
        {problem !== '' && <p className="note" role="alert">{problem}</p>}
        {notice !== '' && <p className="note palette-notice">{notice}</p>}
        <p className="visually-hidden" role="status">{found === undefined ? '' : `${count(found.hits.length, 'passage')}. ${notice}`}</p>
        <ul id="palette-hits" role="listbox" aria-label="Found">
          {targets.map((target, index) => (
            <li key={target.key} id={`palette-${index}`} role="option" aria-selected={index === chosen} onClick={() => go(target.href)}>
              <strong><Marked parts={target.title} /></strong>
              {target.snippet.length > 0 && <span className="palette-snippet"><Marked parts={target.snippet} /></span>}
              <span className="palette-why">{target.why}</span>
            </li>
          ))}
        </ul>
      </dialog>
    </>
  );
}

function Marked({ parts }: { parts: Schemas['MarkedText'] }) {
  return parts.map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text));
}

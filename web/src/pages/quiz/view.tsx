import { useCallback, useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { remember, useResource, invalidateAll } from '../../api/resource';
import { Await, Head, Problem } from '../../parts/page';
import { shortcutsOn } from '../../parts/shortcuts';
import { Prose } from '../../prose/prose';
import { Link } from '../../router';
import { isRecord, useKept } from '../../storage';
import { purposeText } from '../../words';
import { AnswerControl } from './answer';
import { draftOf, nextOpen, placeOfKey, progressText, toAnswer, toggle, type Answer, type Draft, type Drafts, type Item } from './logic';
import { Results } from './results';
import './page.css';

type Attempt = Schemas['Attempt'];

export default function Quiz({ id }: { id: string }) {
  const attempt = useResource('/api/v1/attempts/{attempt_id}', { attempt_id: id });
  return <Await resource={attempt}>{(data) => <QuizPage key={data.attempt_id} attempt={data} />}</Await>;
}

function QuizPage({ attempt }: { attempt: Attempt }) {
  const finished = attempt.status === 'finished';
  const wasOpen = useRef(!finished);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!finished || !wasOpen.current) return;
    wasOpen.current = false;
    window.scrollTo(0, 0);
    top.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [finished]);
  return (
    <div ref={top}>
      <Head
        title={finished ? `${purposeText(attempt.purpose)}: result` : purposeText(attempt.purpose)}
        eyebrow={<Link to={`/modules/${attempt.module_id}`}>{attempt.module_title}</Link>}
      />
      {finished ? <Results attempt={attempt} /> : <Open attempt={attempt} />}
    </div>
  );
}

const isDrafts = (value: unknown): value is Drafts => isRecord(value);
const isMode = (value: unknown): value is 'one' | 'all' => value === 'one' || value === 'all';

function Open({ attempt }: { attempt: Attempt }) {
  const { value: drafts, now, keep, forget } = useKept(`drafts.${attempt.attempt_id}`, isDrafts, (kept) => kept ?? {});
  const { value: mode, keep: keepMode } = useKept('quiz-mode', isMode, (kept) => kept ?? 'one');
  const [at, setAt] = useState(() => nextOpen(attempt.items) ?? 0);
  const [error, setError] = useState<ApiError>();
  const [missing, setMissing] = useState('');
  const [sending, setSending] = useState(false);
  const drawn = useRef(attempt.items.length);
  const [grew, setGrew] = useState(false);

  const change = useCallback(
    (item: Item, draft: Draft) => {
      setMissing('');
      keep({ ...now(), [item.id]: draft });
    },
    [keep, now],
  );

  const send = useCallback(
    async (answers: Record<string, Answer>) => {
      setSending(true);
      setError(undefined);
      try {
        const after = await api.post('/api/v1/attempts/{attempt_id}/answers', { answers }, { attempt_id: attempt.attempt_id });
        const grown = after.items.length > drawn.current;
        drawn.current = after.items.length;
        setGrew(grown);
        if (after.status === 'finished') {
          forget();
          invalidateAll();
        }
        remember('/api/v1/attempts/{attempt_id}', { attempt_id: attempt.attempt_id }, after);
        setAt((place) => nextOpen(after.items, place) ?? 0);
      } catch (problem) {
        setError(problem as ApiError);
      } finally {
        setSending(false);
      }
    },
    [attempt.attempt_id, forget],
  );

  const choose = (next: 'one' | 'all') => {
    keepMode(next);
    setMissing('');
    setAt(nextOpen(attempt.items) ?? 0);
  };

  return (
    <>
      <div className="quiz-bar row">
        <p aria-live="polite">{progressText(attempt)}</p>
        <Steps attempt={attempt} at={mode === 'one' ? at : undefined} />
        <div className="switch push" role="group" aria-label="Questions shown">
          <button type="button" aria-pressed={mode === 'one'} onClick={() => choose('one')}>One at a time</button>
          <button type="button" aria-pressed={mode === 'all'} onClick={() => choose('all')}>All</button>
        </div>
      </div>
      {grew && (
        <p className="callout act measure" role="status">{attempt.confidence.text}</p>
      )}
      {error !== undefined && <Problem error={error} retry={() => setError(undefined)} />}
      {mode === 'one' ? (
        <OneQuestion
          key={attempt.items[at]?.id}
          attempt={attempt}
          index={at}
          drafts={drafts}
          sending={sending}
          missing={missing}
          onChange={change}
          onMissing={setMissing}
          onAnswer={(item, answer) => void send({ [item.id]: answer })}
          onSkip={() => setAt(nextOpen(attempt.items, at + 1) ?? at)}
        />
      ) : (
        <AllQuestions attempt={attempt} drafts={drafts} sending={sending} onChange={change} onAnswers={(answers) => void send(answers)} />
      )}
    </>
  );
}

function Steps({ attempt, at }: { attempt: Attempt; at: number | undefined }) {
  return (
    <span className="steps" aria-hidden="true">
      {attempt.items.map((item, index) => (
        <span key={item.id} className={item.answered ? 'step-done' : index === at ? 'step-now' : ''} />
      ))}
    </span>
  );
}

interface OneProps {
  attempt: Attempt;
  index: number;
  drafts: Drafts;
  sending: boolean;
  missing: string;
  onChange: (item: Item, draft: Draft) => void;
  onMissing: (text: string) => void;
  onAnswer: (item: Item, answer: Answer) => void;
  onSkip: () => void;
}

function OneQuestion({ attempt, index, drafts, sending, missing, onChange, onMissing, onAnswer, onSkip }: OneProps) {
  const item = attempt.items[index];
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const labelId = useId();
  const first = useRef(index === (nextOpen(attempt.items) ?? 0) && attempt.items.every((other) => !other.answered));

  // A new question takes the focus where it is answered; the very first leaves it on the page's heading.
  useEffect(() => {
    if (first.current) return;
    const field = form.current?.querySelector<HTMLElement>('textarea, input:not([type=radio]):not([type=checkbox]), select');
    (field ?? heading.current)?.focus();
  }, []);

  const draft = item === undefined ? '' : draftOf(item, drafts);
  const submit = useCallback(() => {
    if (item === undefined || sending) return;
    const result = toAnswer(item, draft);
    if ('missing' in result) onMissing(result.missing);
    else onAnswer(item, result.answer);
  }, [item, draft, sending, onAnswer, onMissing]);

  // Digits and letters choose, Enter answers, wherever the focus is on this page, unless it is in a control of its own.
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (item === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const target = event.target as HTMLElement;
      const kind = target.closest('textarea, select, button, a, summary, input')?.tagName ?? '';
      const choice = target.matches('input[type=radio], input[type=checkbox]');
      const typing = kind === 'TEXTAREA' || kind === 'SELECT' || (kind === 'INPUT' && !choice);
      if (event.key === 'Enter' && !typing && (kind === '' || choice || target.matches('.ordering-step'))) {
        event.preventDefault();
        submit();
        return;
      }
      if (typing || !shortcutsOn()) return;
      const options = item.options ?? [];
      const place = placeOfKey(event.key, options.length);
      const option = place === undefined ? undefined : options[place];
      if (option === undefined) return;
      if (item.kind === 'single') onChange(item, option.id);
      else if (item.kind === 'multiple') onChange(item, toggle(draft as string[], option.id));
      else if (item.kind === 'ordering') form.current?.querySelectorAll<HTMLElement>('.ordering-step')[place as number]?.focus();
      else return;
      event.preventDefault();
      if (item.kind !== 'ordering') form.current?.querySelectorAll<HTMLElement>('.option input')[place as number]?.focus();
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, [item, draft, submit, onChange]);

  if (item === undefined) return null;
  const others = attempt.items.filter((other) => !other.answered).length > 1;
  return (
    <form
      ref={form}
      className="question"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2 ref={heading} tabIndex={-1}>Question {index + 1}</h2>
      <div id={labelId}>
        <Prose html={item.prompt_html} className="prose prompt" />
        {item.code_html !== undefined && item.code_html !== '' && <Prose html={item.code_html} className="prose prompt" />}
      </div>
      <AnswerControl item={item} draft={draft} onChange={(next) => onChange(item, next)} onSubmit={submit} labelledBy={labelId} />
      <p className="missing" role="status">{missing}</p>
      <div className="row">
        <button type="submit" className="button primary" disabled={sending}>Answer</button>
        {others && <button type="button" className="button" onClick={onSkip}>Later</button>}
        <span className="note">An answer is final. {hintOf(item.kind)}</span>
      </div>
    </form>
  );
}

function hintOf(kind: Item['kind']) {
  switch (kind) {
    case 'single':
    case 'multiple': return <><kbd>1</kbd>–<kbd>9</kbd> or letters choose, <kbd>Enter</kbd> answers.</>;
    case 'ordering': return <><kbd>1</kbd>–<kbd>9</kbd> pick a step, <kbd>↑</kbd> <kbd>↓</kbd> move it, <kbd>Enter</kbd> answers.</>;
    case 'predict': return null;
    default: return <><kbd>Enter</kbd> answers.</>;
  }
}

interface AllProps {
  attempt: Attempt;
  drafts: Drafts;
  sending: boolean;
  onChange: (item: Item, draft: Draft) => void;
  onAnswers: (answers: Record<string, Answer>) => void;
}

function AllQuestions({ attempt, drafts, sending, onChange, onAnswers }: AllProps) {
  const [tried, setTried] = useState(false);
  const open = attempt.items.filter((item) => !item.answered);
  const results = open.map((item) => ({ item, result: toAnswer(item, draftOf(item, drafts)) }));
  const lacking = results.filter(({ result }) => 'missing' in result);
  const submit = () => {
    setTried(true);
    if (lacking.length > 0) {
      document.getElementById(`question-${lacking[0]?.item.id}`)?.focus();
      return;
    }
    onAnswers(Object.fromEntries(results.flatMap(({ item, result }) => ('answer' in result ? [[item.id, result.answer]] : []))));
  };
  return (
    <form
      className="questions"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {attempt.items.map((item, index) =>
        item.answered ? (
          <p key={item.id} className="soft answered">Question {index + 1} is answered.</p>
        ) : (
          <section key={item.id} className="question" aria-labelledby={`question-${item.id}`}>
            <h2 id={`question-${item.id}`} tabIndex={-1}>Question {index + 1}</h2>
            <div id={`prompt-${item.id}`}>
              <Prose html={item.prompt_html} className="prose prompt" />
              {item.code_html !== undefined && item.code_html !== '' && <Prose html={item.code_html} className="prose prompt" />}
            </div>
            <AnswerControl item={item} draft={draftOf(item, drafts)} onChange={(next) => onChange(item, next)} onSubmit={submit} labelledBy={`prompt-${item.id}`} />
            <p className="missing" role="status">{tried ? lackOf(lacking, item.id) : ''}</p>
          </section>
        ),
      )}
      <div className="row">
        <button type="submit" className="button primary" disabled={sending}>Answer all {open.length}</button>
        <span className="note">Answers are final.</span>
      </div>
    </form>
  );
}

function lackOf(lacking: { item: Item; result: ReturnType<typeof toAnswer> }[], id: string): string {
  const entry = lacking.find(({ item }) => item.id === id)?.result;
  return entry !== undefined && 'missing' in entry ? entry.missing : '';
}

import { useEffect, useRef, useState } from 'react';
import { api, type ApiError } from '../../api/client';
import { Head, Problem } from '../../parts/page';
import { isRecord, load, save } from '../../storage';
import { count } from '../../words';
import { Budgeting } from './budget';
import { advice, lengthOf, limitNote, numberText, ratioText, stretches, titleOf, type Diagnosis } from './logic';
import './page.css';

interface Prompt {
  id: number;
  text: string;
}
interface Counted {
  text: string;
  diagnosis: Diagnosis;
}

const pause = 150; // ms after the last key; counting takes about 2
const mostPrompts = 6;
const mostKept = 20_000; // characters; more is not remembered
const example = 'Why does our RAG miss the acronym GPU? Set top_k=40 and max_position_embeddings=512.\nInvoice 20261128 for a naïve résumé: 😀';

const arePrompts = (value: unknown): value is Prompt[] =>
  Array.isArray(value) && value.length > 0 && value.length <= mostPrompts && value.every((one) => isRecord(one) && typeof one.id === 'number' && typeof one.text === 'string');

/** Each prompt's tokens, counted again where its text changed. What was counted last stays until the new count is there. */
function useCounts(prompts: Prompt[], model: string) {
  const [counts, setCounts] = useState<Record<number, Counted>>({});
  const [error, setError] = useState<ApiError>();
  const asked = useRef(new Map<number, string>());
  useEffect(() => {
    const timer = window.setTimeout(() => {
      for (const { id, text } of prompts) {
        const key = `${model}\n${text}`;
        if (asked.current.get(id) === key) continue;
        asked.current.set(id, key);
        const current = () => asked.current.get(id) === key;
        api.post('/api/v1/tokens', model === '' ? { text } : { text, model }).then(
          (diagnosis) => {
            if (!current()) return;
            setCounts((before) => ({ ...before, [id]: { text, diagnosis } }));
            setError(undefined);
          },
          (failed: ApiError) => {
            if (!current()) return;
            asked.current.delete(id);
            setError(failed);
          },
        );
      }
    }, pause);
    return () => window.clearTimeout(timer);
  }, [prompts, model]);
  return { counts, error };
}

export default function Tokens() {
  const [prompts, setPrompts] = useState<Prompt[]>(() => load('prompts', arePrompts) ?? [{ id: 1, text: example }]);
  const [active, setActive] = useState(prompts[0]?.id ?? 1);
  const [model, setModel] = useState('');
  const { counts, error } = useCounts(prompts, model);
  const text = useRef<HTMLTextAreaElement>(null);
  const prompt = prompts.find((one) => one.id === active) ?? prompts[0];
  const counted = counts[prompt?.id ?? 0];

  const keep = (next: Prompt[]) => {
    setPrompts(next);
    save('prompts', next.map((one) => ({ ...one, text: one.text.slice(0, mostKept) })));
  };
  const choose = (id: number) => {
    setActive(id);
    text.current?.focus();
  };
  const another = () => {
    const id = Math.max(...prompts.map((one) => one.id)) + 1;
    keep([...prompts, { id, text: '' }]);
    choose(id);
  };
  const remove = () => {
    const left = prompts.filter((one) => one.id !== prompt?.id);
    keep(left);
    choose(left[0]?.id ?? 1);
  };

  return (
    <>
      <Head title="Tokens">
        <p className="lead">What a model gets of a text: its pieces, what is cut off or lost, and what a request has room for.</p>
      </Head>
      <section aria-labelledby="text-title">
        <h2 id="text-title" className="visually-hidden">Text</h2>
        <div className="row">
          <div className="switch" role="group" aria-label="Prompts">
            {prompts.map((one, index) => (
              <button key={one.id} type="button" aria-pressed={one.id === prompt?.id} onClick={() => choose(one.id)}>
                Prompt {index + 1}
              </button>
            ))}
          </div>
          {prompts.length < mostPrompts && <button type="button" className="link-button" onClick={another}>Compare with another</button>}
          {prompts.length > 1 && <button type="button" className="link-button" onClick={remove}>Remove this one</button>}
        </div>
        <div className="field tokens-text">
          <label htmlFor="text">Text</label>
          <textarea
            ref={text}
            id="text"
            className="textarea"
            spellCheck={false}
            maxLength={100_000}
            value={prompt?.text ?? ''}
            onChange={(event) => keep(prompts.map((one) => (one.id === prompt?.id ? { ...one, text: event.target.value } : one)))}
          />
        </div>
        {error !== undefined && <Problem error={error} />}
        <Figures diagnosis={counted?.diagnosis} />
        {(counted?.diagnosis.models.length ?? 0) > 1 && (
          <label className="row">
            Tokens of
            <select className="select tokens-model" value={counted?.diagnosis.model} onChange={(event) => setModel(event.target.value)}>
              {counted?.diagnosis.models.map((name) => <option key={name}>{name}</option>)}
            </select>
          </label>
        )}
      </section>
      <section className="section" aria-labelledby="pieces-title">
        <h2 id="pieces-title">In pieces</h2>
        <Pieces counted={counted} />
      </section>
      <section className="section" aria-labelledby="findings-title">
        <h2 id="findings-title">What the tokens show</h2>
        <Findings diagnosis={counted?.diagnosis} />
      </section>
      {prompts.length > 1 && (
        <section className="section" aria-labelledby="compared-title">
          <h2 id="compared-title">Compared</h2>
          <Compared prompts={prompts} counts={counts} />
        </section>
      )}
      <section className="section" aria-labelledby="budget-title">
        <h2 id="budget-title">What a request has room for</h2>
        <Budgeting counted={counted?.diagnosis.tokens} />
      </section>
    </>
  );
}

function Figures({ diagnosis }: { diagnosis: Diagnosis | undefined }) {
  const figures: [string, string][] = [
    ['Tokens', diagnosis === undefined ? '–' : numberText(diagnosis.tokens)],
    ['Words', diagnosis === undefined ? '–' : numberText(diagnosis.words)],
    ['Tokens a word', diagnosis === undefined ? '–' : ratioText(diagnosis.tokens_per_word)],
    ['Characters a token', diagnosis === undefined ? '–' : ratioText(diagnosis.characters_per_token)],
    ['The model reads', diagnosis === undefined ? '–' : `${numberText(diagnosis.kept)} of ${numberText(diagnosis.tokens)}`],
  ];
  return (
    <>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        {diagnosis === undefined ? 'Counting…' : `As ${diagnosis.model} cuts it. ${limitNote(diagnosis)}`}
      </p>
    </>
  );
}

function Pieces({ counted }: { counted: Counted | undefined }) {
  const shown = counted === undefined ? [] : stretches(counted.text, counted.diagnosis.pieces);
  const hidden = (counted?.diagnosis.tokens ?? 0) - (counted?.diagnosis.pieces.length ?? 0);
  return (
    <>
      <p className="pieces-key soft">
        <span><span className="piece">token</span> a word</span>
        <span><span className="piece">token</span><span className="piece" data-continues="">isation</span> a word cut into pieces</span>
        <span><span className="piece" data-unknown="">☃</span> not in the vocabulary</span>
        <span><span className="piece" data-cut="">token</span> behind the limit</span>
      </p>
      <div className="pieces" tabIndex={0} role="region" aria-label="The text in pieces">
        {shown.map((one, index) =>
          one.tokens.length === 0 ? (
            one.text
          ) : (
            <span
              key={index}
              className="piece"
              title={one.tokens.join(' ')}
              data-continues={one.continues ? '' : undefined}
              data-unknown={one.unknown ? '' : undefined}
              data-cut={one.cut ? '' : undefined}
            >
              {one.text}
            </span>
          ),
        )}
      </div>
      {hidden > 0 && <p className="note">The first {numberText(counted?.diagnosis.pieces.length ?? 0)} tokens; {numberText(hidden)} more are counted and not drawn.</p>}
    </>
  );
}

function Findings({ diagnosis }: { diagnosis: Diagnosis | undefined }) {
  const findings = diagnosis?.findings ?? [];
  return (
    <div className="findings">
      {findings.length === 0 && <p className="soft">{diagnosis?.tokens === 0 ? 'There is no text yet.' : 'Nothing is lost, and no word costs more than it should.'}</p>}
      <ul className="rows">
        {findings.map((one) => (
          <li key={one.kind}>
            <span className="rows-title">{one.message}.</span>
            <span className={one.loses ? 'tone-due' : 'tone-rest'}>{one.loses ? 'Lost' : 'Costs'}{one.times > 1 && `, ${numberText(one.times)} times`}</span>
            <span className="rows-note soft">{advice[one.kind]}</span>
          </li>
        ))}
      </ul>
      {(diagnosis?.broken.length ?? 0) > 0 && (
        <details>
          <summary>{count(diagnosis?.broken.length ?? 0, 'word')} of several tokens</summary>
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Words of several tokens">
            <table>
              <thead><tr><th scope="col">Word</th><th scope="col">Times</th><th scope="col">Tokens</th></tr></thead>
              <tbody>
                {diagnosis?.broken.map((one) => (
                  <tr key={one.word}><td><code>{one.word}</code></td><td>{numberText(one.times)}</td><td><code>{one.pieces.join(' ')}</code></td></tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </div>
  );
}

function Compared({ prompts, counts }: { prompts: Prompt[]; counts: Record<number, Counted> }) {
  const longest = Math.max(...prompts.map((one) => counts[one.id]?.diagnosis.tokens ?? 0));
  return (
    <ol className="compared">
      {prompts.map((one, index) => {
        const diagnosis = counts[one.id]?.diagnosis;
        return (
          <li key={one.id}>
            <span>Prompt {index + 1}{one.text.trim() !== '' && <span className="soft"> {titleOf(one.text)}</span>}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect className="bar" width={lengthOf(diagnosis?.tokens ?? 0, longest)} height="4" />
              {/* What the model doesn't read. */}
              {diagnosis !== undefined && <rect className="bar-cut" x={lengthOf(diagnosis.kept, longest)} width={lengthOf(diagnosis.tokens - diagnosis.kept, longest)} height="4" />}
            </svg>
            <span>
              {diagnosis === undefined ? '–' : count(diagnosis.tokens, 'token')}
              {diagnosis !== undefined && diagnosis.kept < diagnosis.tokens && <span className="tone-due">, {numberText(diagnosis.tokens - diagnosis.kept)} not read</span>}
              {diagnosis !== undefined && <span className="soft">, {ratioText(diagnosis.tokens_per_word)} a word</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

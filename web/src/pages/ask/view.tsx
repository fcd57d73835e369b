import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Head, Problem } from '../../parts/page';
import { Link, navigate, usePlace } from '../../router';
import { useConversation } from './conversation';
import { askedIn, formulas, hrefOfCitation, hrefOfPassage, isOpen, nearestPages, readAs, shown, sourcesOf, verdicts, wordedBy, type Answer, type Turn } from './logic';
import './page.css';

const examples = ['What is a cache stampede?', 'When does a hash map lookup become linear?', 'What is a protocol in Python typing?'];
const hrefOfQuestion = (question: string) => `/ask?${new URLSearchParams({ q: question }).toString()}`;
const stoppedStatus = 499;

export default function Ask() {
  const { search } = usePlace();
  const asked = askedIn(search);
  const { turns, busy, waiting, ask, stop } = useConversation(asked);
  const [draft, setDraft] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const question = draft.trim();
    if (question === '' || busy) return;
    setDraft('');
    if (turns.length === 0) navigate(hrefOfQuestion(question));
    else {
      ask(question, turns);
      requestAnimationFrame(() => void list.current?.lastElementChild?.scrollIntoView({ block: 'start' }));
    }
  };
  const anew = () => {
    navigate('/ask');
    input.current?.focus();
  };

  return (
    <div className="ask">
      <Head title="Ask the library">
        <p className="lead">Each sentence of an answer is the library&apos;s own, or was checked against it, and says where it stands; what the library doesn&apos;t say is not answered.</p>
      </Head>
      {turns.length === 0 && (
        <ul className="bullets ask-examples" aria-label="Examples">
          {examples.map((question) => <li key={question}><Link to={hrefOfQuestion(question)}>{question}</Link></li>)}
        </ul>
      )}
      <ol ref={list} className="turns-asked" aria-live="polite" aria-busy={busy}>
        {turns.map((turn, index) => (
          <li key={index}>
            <h2>{turn.question}</h2>
            {readAs(turn) !== '' && <p className="note read-as">Read as: {readAs(turn)}</p>}
            <Said turn={turn} waiting={waiting} retry={() => ask(turn.question, turns.slice(0, index))} />
          </li>
        ))}
      </ol>
      <form onSubmit={submit} className="ask-form">
        <label htmlFor="question">{turns.length === 0 ? 'Your question' : 'Ask on, or something else'}</label>
        <div className="row">
          <input ref={input} id="question" className="input" value={draft} maxLength={1000} autoComplete="off" onChange={(event) => setDraft(event.target.value)} />
          {busy ? <button key="stop" type="button" className="button" onClick={stop}>Stop</button> : <button key="ask" className="button primary" disabled={draft.trim() === ''}>Ask</button>}
        </div>
        {turns.length > 0 && <p><button type="button" className="link-button" onClick={anew}>Begin anew</button></p>}
      </form>
    </div>
  );
}

function Said({ turn, waiting, retry }: { turn: Turn; waiting: string; retry: () => void }) {
  if (turn.answer?.abstained) return <Abstained answer={turn.answer} />;
  const said = turn.answer ?? shown(turn);
  return (
    <>
      {said !== undefined && <Sentences said={said} />}
      {turn.answer !== undefined && wordedBy(turn.answer) !== '' && <p className="note">{wordedBy(turn.answer)}</p>}
      {isOpen(turn) && <p className="note" role="status">{waiting !== '' ? waiting : turn.before !== undefined ? 'It broke off. Reading again…' : said === undefined ? 'Reading…' : turn.partial?.gap ? 'A sentence was lost on the way; the whole answer follows…' : 'Reading on…'}</p>}
      {turn.error?.status === stoppedStatus && (
        <p className="row note">Stopped. <button type="button" className="link-button" onClick={retry}>Ask again</button></p>
      )}
      {turn.error !== undefined && turn.error.status !== stoppedStatus && <Problem error={turn.error} retry={retry} />}
    </>
  );
}

function Abstained({ answer }: { answer: Answer }) {
  const pages = nearestPages(answer.passages).slice(0, 3);
  return (
    <div className={answer.withheld ? 'callout due' : 'callout'}>
      <p className="measure">{answer.withheld ? answer.answer : pages.length > 0 ? 'The library doesn’t say. The nearest pages:' : 'The library doesn’t say.'}</p>
      <ul className="nearest">
        {pages.map((passage) => (
          <li key={passage.id}><Link to={hrefOfPassage(passage)}>{passage.title}</Link></li>
        ))}
      </ul>
    </div>
  );
}

function Sentences({ said }: { said: Pick<Answer, 'sentences' | 'citations'> }) {
  const byNumber = new Map(said.citations.map((citation) => [citation.number, citation]));
  return (
    <>
      <p className="measure answer">
        {said.sentences.map((sentence, index) => (
          <span key={index}>
            <Sentence text={sentence.text} />
            {sentence.citations.map((number) => {
              const citation = byNumber.get(number);
              return citation === undefined ? null : (
                <span key={number}>
                  {'\u2060' /* no line begins with a citation */}
                  <Link to={hrefOfCitation(citation)} className="cite" aria-label={`Source ${number}: ${citation.title}`}>{number}</Link>
                </span>
              );
            })}{' '}
          </span>
        ))}
      </p>
      <ul className="sources">
        {sourcesOf(said.citations).map((source) => (
          <li key={source.title}>
            {source.citations.map((citation) => citation.number).join(', ')}{' '}
            {source.citations.slice(0, 1).map((citation) => <Link key={citation.number} to={hrefOfCitation(citation)}>{source.title}</Link>)}
            {source.citations.filter((citation) => citation.verdict !== 'supported').map((citation) => (
              <span key={citation.number} className="tone-due"> {citation.number}: {verdicts[citation.verdict].toLowerCase()}.</span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A sentence whose formulas are set as on its page. */
function Sentence({ text }: { text: string }) {
  return formulas(text).map((part, index) => (part.tex ? <Formula key={index} tex={part.text} /> : part.text));
}

function Formula({ tex }: { tex: string }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    element.textContent = tex;
    void import('../../prose/maths').then(({ setMaths }) => setMaths(element));
  }, [tex]);
  return <span ref={place} data-tex={tex} />;
}

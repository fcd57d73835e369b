import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { Head, Problem } from '../../parts/page';
import { Link, navigate, usePlace } from '../../router';
import { askedIn, hrefOfCitation, hrefOfPassage, nearestPages, verdicts } from './logic';
import './page.css';

type Answer = Schemas['TutorAnswer'];
interface Turn {
  question: string;
  answer?: Answer;
  error?: ApiError;
}

export default function Ask() {
  const { search } = usePlace();
  const [turns, setTurns] = useState<Turn[]>([]);
  const [draft, setDraft] = useState('');
  const asked = useRef('');
  const busy = turns.some((turn) => turn.answer === undefined && turn.error === undefined);

  const ask = useCallback(async (question: string, before: Turn[]) => {
    setTurns([...before, { question }]);
    const history = before.flatMap(({ question: text, answer }) => (answer === undefined ? [] : [{ question: text, answer: answer.answer }]));
    try {
      const answer = await api.post('/api/v1/ask', { question, history: history.slice(-8) });
      setTurns([...before, { question, answer }]);
    } catch (error) {
      setTurns([...before, { question, error: error as ApiError }]);
    }
  }, []);

  // A question that comes with the address begins a new conversation.
  useEffect(() => {
    const question = askedIn(search);
    if (question === '' || question === asked.current) return;
    asked.current = question;
    void ask(question, []);
  }, [search, ask]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const question = draft.trim();
    if (question === '' || busy) return;
    setDraft('');
    if (turns.length === 0) navigate(`/ask?${new URLSearchParams({ q: question }).toString()}`, { replace: true });
    else void ask(question, turns);
  };

  return (
    <div className="ask">
      <Head title="Ask the library">
        <p className="lead">Answers are made of the library&apos;s own sentences. Each says where it stands; what the library doesn&apos;t say is not answered.</p>
      </Head>
      <ol className="turns-asked" aria-live="polite">
        {turns.map((turn, index) => (
          <li key={index}>
            <h2>{turn.question}</h2>
            {turn.answer !== undefined && <Answered answer={turn.answer} />}
            {turn.error !== undefined && <Problem error={turn.error} retry={() => void ask(turn.question, turns.slice(0, index))} />}
            {turn.answer === undefined && turn.error === undefined && <p className="note" role="status">Reading…</p>}
          </li>
        ))}
      </ol>
      <form onSubmit={submit} className="ask-form">
        <label htmlFor="question">{turns.length === 0 ? 'Your question' : 'Ask on, or something else'}</label>
        <div className="row">
          <input id="question" className="input" value={draft} maxLength={1000} autoComplete="off" onChange={(event) => setDraft(event.target.value)} />
          <button className="button primary" disabled={draft.trim() === '' || busy}>Ask</button>
        </div>
      </form>
    </div>
  );
}

function Answered({ answer }: { answer: Answer }) {
  if (answer.abstained) {
    return (
      <div className={answer.withheld ? 'callout due' : 'callout'}>
        <p className="measure">{answer.withheld ? answer.answer : 'The library doesn’t say. The nearest pages:'}</p>
        <ul className="nearest">
          {nearestPages(answer.passages).map((passage) => (
            <li key={passage.id}><Link to={hrefOfPassage(passage)}>{passage.title}</Link></li>
          ))}
        </ul>
      </div>
    );
  }
  const byNumber = new Map(answer.citations.map((citation) => [citation.number, citation]));
  return (
    <>
      <p className="measure answer">
        {answer.sentences.map((sentence, index) => (
          <span key={index}>
            {sentence.text}
            {sentence.citations.map((number) => {
              const citation = byNumber.get(number);
              return citation === undefined ? null : (
                <Link key={number} to={hrefOfCitation(citation)} className="cite" aria-label={`Source ${number}: ${citation.title}`}>{number}</Link>
              );
            })}{' '}
          </span>
        ))}
      </p>
      <ol className="sources">
        {answer.citations.map((citation) => (
          <li key={citation.number} value={citation.number}>
            <Link to={hrefOfCitation(citation)}>{citation.title}</Link>{' '}
            <span className="note">{verdicts[citation.verdict]}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

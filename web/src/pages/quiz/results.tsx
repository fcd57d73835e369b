import type { Schemas } from '../../api/client';
import { ActionPanel } from '../../parts/action';
import { Mark } from '../../parts/marks';
import { Prose } from '../../prose/prose';
import { Link } from '../../router';
import { count, percentOf } from '../../words';

type Attempt = Schemas['Attempt'];

/** A finished attempt: the score, what it changed, what to do next, and every item explained. */
export function Results({ attempt }: { attempt: Attempt }) {
  const right = attempt.items.filter((item) => item.result?.correct).length;
  return (
    <>
      <section className="score" aria-labelledby="score">
        <h2 id="score" className="visually-hidden">Score</h2>
        <p className="score-figure">{percentOf(attempt.score)}</p>
        <div className="stack-small">
          {attempt.outcome !== undefined && <p className="score-outcome">{attempt.outcome}</p>}
          <p className="soft">
            {right} of {count(attempt.items.length, 'question')} fully right. {attempt.confidence.text}
          </p>
        </div>
      </section>
      {attempt.next !== undefined && <ActionPanel action={attempt.next} />}
      {(attempt.missed_concepts ?? []).length > 0 && (
        <section className="section">
          <h2>What was missed</h2>
          <ul className="rows">
            {(attempt.missed_concepts ?? []).map((concept) => (
              <li key={concept.id}>
                <Link to={`/explainers/${concept.explainer}`} className="rows-title">{concept.title}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="section">
        <h2>Every question, explained</h2>
        <ol className="explained">
          {attempt.items.map((item, index) => (
            <li key={item.id}>{item.result !== undefined && <Explained item={item} result={item.result} number={index + 1} />}</li>
          ))}
        </ol>
      </section>
    </>
  );
}

function verdictOf(result: Schemas['ItemResult']): { text: string; tone: string; mark: 'full' | 'half' | 'bar' } {
  if (result.correct) return { text: 'Right', tone: 'done', mark: 'full' };
  if (result.credit.numerator > 0) return { text: `Partly right, ${percentOf(result.credit)}`, tone: 'due', mark: 'half' };
  return { text: 'Not right', tone: 'stop', mark: 'bar' };
}

function Explained({ item, result, number }: { item: Schemas['Item']; result: Schemas['ItemResult']; number: number }) {
  const verdict = verdictOf(result);
  return (
    <article aria-labelledby={`item-${item.id}`}>
      <h3 id={`item-${item.id}`} className="row">
        Question {number}
        <span className={`status tone-${verdict.tone}`}><Mark mark={verdict.mark} />{verdict.text}</span>
      </h3>
      <Prose html={item.prompt_html} className="prose prompt" />
      {item.code_html !== undefined && item.code_html !== '' && <Prose html={item.code_html} className="prose prompt" />}
      {result.notes.length > 0 && (
        <ul className="notes">
          {result.notes.map((note, index) => (
            <li key={note.id ?? index} className={note.correct ? 'note-right' : note.chosen ? 'note-wrong' : undefined}>
              <p>
                <span className="notes-flags">
                  {note.correct && <span className="status tone-done"><Mark mark="full" />right</span>}
                  {note.chosen && <span className={note.correct ? 'tone-done' : 'tone-stop'}>your answer</span>}
                </span>
                <Prose html={note.html} inline className="prose-inline" />
              </p>
              {note.why_html !== '' && <Prose html={note.why_html} className="prose-note" />}
            </li>
          ))}
        </ul>
      )}
      {(item.kind !== 'single' && item.kind !== 'multiple') && (
        <dl className="facts-list answers">
          {typeof item.answer === 'string' || typeof item.answer === 'number' ? (
            <>
              <dt>You wrote</dt>
              <dd>{item.kind === 'predict' ? <pre tabIndex={0} role="group" aria-label="You wrote">{String(item.answer)}</pre> : String(item.answer)}</dd>
            </>
          ) : null}
          <dt>Right is</dt>
          <dd><Prose html={result.correct_answer_html} className="prose-note" /></dd>
        </dl>
      )}
      <Prose html={result.explanation_html} className="prose prompt" />
    </article>
  );
}

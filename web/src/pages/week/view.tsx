import { useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll, useResource } from '../../api/resource';
import { Facts } from '../../parts/facts';
import { Await, Head, Problem } from '../../parts/page';
import { ProofNav } from '../../parts/proof_nav';
import { Link, usePlace } from '../../router';
import { useKept } from '../../storage';
import { count, dayText, hoursText, momentText } from '../../words';
import { isDraft, lackOfAnswer, lackOfStory, noDraft, shareOf, type StoryDraft } from './logic';
import './page.css';

type Review = Schemas['WeeklyReview'];

export default function Week() {
  const { search } = usePlace();
  const week = new URLSearchParams(search).get('week') ?? undefined;
  const review = useResource('/api/v1/weekly-review', {}, { week });
  return <Await resource={review}>{(data) => <View key={data.week} review={data} />}</Await>;
}

function View({ review }: { review: Review }) {
  return (
    <>
      <Head title={`Weekly review: week ${review.week}`} eyebrow={<ProofNav />}>
        <p className="lead">{dayText(review.from)} to {dayText(review.to)}. Five questions, with what the facts of the week say to each.</p>
        <nav aria-label="Weeks" className="row">
          {review.week > 1 && <Link to={`/week?week=${review.week - 1}`}>Week {review.week - 1}</Link>}
          {review.week < review.current_week && <Link to={`/week?week=${review.week + 1}`}>Week {review.week + 1}</Link>}
        </nav>
      </Head>
      <Time time={review.time} />
      {review.submitted === null ? <Form review={review} /> : <Submitted review={review} submitted={review.submitted} />}
      <Stories review={review} />
    </>
  );
}

const kindText = { theory: 'Theory', building: 'Building', interview: 'Interview', retrospective: 'Retrospective' };

function Time({ time }: { time: Review['time'] }) {
  return (
    <section aria-labelledby="time">
      <h2 id="time">Time against the plan</h2>
      <dl className="week-time">
        {time.kinds.map((kind) => (
          <div key={kind.kind}>
            <dt>{kindText[kind.kind]}</dt>
            <dd>
              <span className="meter" aria-hidden="true"><span style={{ width: `${shareOf(kind) * 100}%` }} /></span>
              at least {hoursText(Math.round(kind.at_least * 10) / 10)} of {hoursText(kind.planned)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="note measure">{time.unknown}</p>
    </section>
  );
}

function Beside({ lines }: { lines: Review['questions'][number]['beside'] }) {
  if (lines.length === 0) return <p className="note">No fact of the week speaks to it.</p>;
  return (
    <ul className="bullets soft">
      {lines.map((line) => (
        <li key={line.text}>{line.text}<Facts facts={line.facts} /></li>
      ))}
    </ul>
  );
}

function Submitted({ review, submitted }: { review: Review; submitted: NonNullable<Review['submitted']> }) {
  return (
    <section className="section" aria-labelledby="answers">
      <h2 id="answers">Handed in {momentText(submitted.at)}</h2>
      <div className="stack">
        {review.questions.map((question, index) => (
          <div key={question.question}>
            <h3>{question.question}</h3>
            <p className="measure">{submitted.answers[index]}</p>
            <Beside lines={question.beside} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Form({ review }: { review: Review }) {
  const questions = review.questions.length;
  const { value: draft, keep, forget } = useKept(`week.${review.from}`, isDraft(questions), (kept) => kept ?? noDraft(questions));
  const { answers, stories } = draft;
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const answer = answers.findIndex((text) => lackOfAnswer(text, review) !== '');
    const story = stories.findIndex((one) => lackOfStory(one, review) !== '');
    if (answer >= 0 || story >= 0) {
      document.getElementById(answer >= 0 ? `answer-${answer}` : `story-${story}-text`)?.focus();
      return;
    }
    setSending(true);
    setError(undefined);
    try {
      const told = stories.map((one) => ({
        title: one.title.trim() === '' ? (review.stories.find((other) => other.story === one.story)?.title ?? '') : one.title.trim(),
        text: one.text.trim(),
        ...(one.story === '' ? {} : { story: one.story }),
      }));
      await api.post('/api/v1/weekly-review', { week: review.week, answers: answers.map((text) => text.trim()), stories: told as never });
      forget();
      invalidateAll();
    } catch (problem) {
      setError(problem as ApiError);
      setSending(false);
    }
  };
  return (
    <form className="section stack" aria-label="The five questions" onSubmit={(event) => void submit(event)} noValidate>
      {review.questions.map((question, index) => {
        const lack = lackOfAnswer(answers[index] ?? '', review);
        return (
          <div key={question.question} className="week-question">
            <div className="field">
              <label htmlFor={`answer-${index}`}>{question.question}</label>
              <textarea
                id={`answer-${index}`}
                className="textarea"
                value={answers[index] ?? ''}
                aria-invalid={tried && lack !== ''}
                aria-describedby={`answer-lack-${index}`}
                onChange={(event) => keep({ ...draft, answers: answers.map((text, at) => (at === index ? event.target.value : text)) })}
              />
              <p id={`answer-lack-${index}`} className="note" role="status">{tried ? lack : ''}</p>
            </div>
            <div>
              <p className="note">From the facts of the week</p>
              <Beside lines={question.beside} />
            </div>
          </div>
        );
      })}
      {([0, 1] as const).map((index) => (
        <StoryField
          key={index}
          index={index}
          review={review}
          draft={stories[index]}
          tried={tried}
          change={(story) => keep({ ...draft, stories: index === 0 ? [story, stories[1]] : [stories[0], story] })}
        />
      ))}
      {error !== undefined && <Problem error={error} />}
      <p className="note">What you write is kept in this browser until it is handed in.</p>
      <button type="submit" className="button primary" disabled={sending}>Hand in the review</button>
    </form>
  );
}

interface StoryFieldProps {
  index: number;
  review: Review;
  draft: StoryDraft;
  tried: boolean;
  change: (draft: StoryDraft) => void;
}

function StoryField({ index, review, draft, tried, change }: StoryFieldProps) {
  const lack = lackOfStory(draft, review);
  const choose = (story: string) => {
    const known = review.stories.find((one) => one.story === story);
    change({ story, title: known?.title ?? '', text: known?.text ?? '' });
  };
  return (
    <fieldset className="stack-small measure">
      <legend className="legend">{index === 0 ? 'First' : 'Second'} story that became stronger</legend>
      {review.stories.length > 0 && (
        <div className="field">
          <label htmlFor={`story-${index}`}>Which</label>
          <select id={`story-${index}`} className="select" value={draft.story} onChange={(event) => choose(event.target.value)}>
            <option value="">A new one</option>
            {review.stories.map((story) => <option key={story.story} value={story.story}>{story.title}</option>)}
          </select>
        </div>
      )}
      <div className="field">
        <label htmlFor={`story-${index}-title`}>Title</label>
        <input id={`story-${index}-title`} className="input" value={draft.title} onChange={(event) => change({ ...draft, title: event.target.value })} />
      </div>
      <div className="field">
        <label htmlFor={`story-${index}-text`}>How it is told now</label>
        <textarea id={`story-${index}-text`} className="textarea" value={draft.text} aria-invalid={tried && lack !== ''} aria-describedby={`story-lack-${index}`} onChange={(event) => change({ ...draft, text: event.target.value })} />
        <p id={`story-lack-${index}`} className="note" role="status">{tried ? lack : ''}</p>
      </div>
    </fieldset>
  );
}

function Stories({ review }: { review: Review }) {
  return (
    <section className="section" aria-labelledby="stories">
      <h2 id="stories">Story bank</h2>
      {review.stories.length === 0 && <p className="measure">Empty. Each review puts two stories in, or makes two of them stronger.</p>}
      {review.stories.map((story) => (
        <details key={story.story} className="box">
          <summary>{story.title}, {count(story.versions, 'version')}</summary>
          <p className="measure">{story.text}</p>
          <p className="note">{momentText(story.at)}<Facts facts={[story.fact]} /></p>
        </details>
      ))}
    </section>
  );
}

import { useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll, useResource } from '../../api/resource';
import { Await, Head, Problem } from '../../parts/page';
import { Reasons } from '../../parts/reasons';
import { Link, navigate } from '../../router';
import { isTexts, useKept } from '../../storage';
import { answersOf, lackOf } from './logic';

export default function Review({ id }: { id: string }) {
  const module = useResource('/api/v1/modules/{module_id}', { module_id: id });
  return <Await resource={module}>{(data) => <ReviewForm module={data} />}</Await>;
}

function ReviewForm({ module }: { module: Schemas['Module'] }) {
  const { value: texts, keep, forget } = useKept(`review.${module.module_id}`, isTexts, (kept) => kept ?? {});
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const missed = module.state.missed_concepts ?? [];
  const due = module.state.next.kind === 'review';
  const titles = new Map((module.concepts ?? []).map((concept) => [concept.id, concept]));
  const back = <Link to={`/modules/${module.module_id}`}>{module.title}</Link>;

  if (!due || missed.length === 0) {
    return (
      <>
        <Head title="Self-review" eyebrow={back} />
        <div className="measure stack">
          <p>No self-review is due in this module. Next: {module.state.next.title}.</p>
          <Reasons reasons={module.state.reasons} />
        </div>
      </>
    );
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const answers = answersOf(missed, texts);
    if (answers === undefined) {
      document.getElementById(`review-${missed.find((concept) => lackOf(texts[concept] ?? '') !== '')}`)?.focus();
      return;
    }
    setSending(true);
    setError(undefined);
    try {
      await api.post('/api/v1/reviews', { module_id: module.module_id, answers });
      forget();
      invalidateAll();
      navigate(`/modules/${module.module_id}`);
    } catch (problem) {
      setError(problem as ApiError);
      setSending(false);
    }
  };
  return (
    <>
      <Head title="Self-review" eyebrow={back}>
        <p className="lead">
          Your quiz was below 60 %. Before the next one, write for each concept that you missed what you believed, what is the case, and how
          you would notice the difference in a system of yours. It is kept with your history.
        </p>
      </Head>
      <form className="stack measure" onSubmit={(event) => void submit(event)} noValidate>
        {missed.map((concept) => {
          const known = titles.get(concept);
          const lack = lackOf(texts[concept] ?? '');
          return (
            <div key={concept} className="field">
              <label htmlFor={`review-${concept}`}>{known?.title ?? concept}</label>
              {known !== undefined && <p className="note"><Link to={`/explainers/${known.explainer}`}>Read about it</Link></p>}
              <textarea
                id={`review-${concept}`}
                className="textarea"
                value={texts[concept] ?? ''}
                aria-describedby={`lack-${concept}`}
                aria-invalid={tried && lack !== ''}
                onChange={(event) => keep({ ...texts, [concept]: event.target.value })}
              />
              <p id={`lack-${concept}`} className="note" role="status">{tried ? lack : ''}</p>
            </div>
          );
        })}
        {error !== undefined && <Problem error={error} />}
        <button type="submit" className="button primary" disabled={sending}>Hand in the review</button>
      </form>
    </>
  );
}

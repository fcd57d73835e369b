import { useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll, useResource } from '../../api/resource';
import { Command } from '../../parts/copy';
import { Await, Head, Problem } from '../../parts/page';
import { Link, navigate, usePlace } from '../../router';
import { isTexts, useKept } from '../../storage';
import { momentText, sentence } from '../../words';
import { firstLacking, lackOf } from './logic';

export default function ReportPage({ id }: { id: string }) {
  const { search } = usePlace();
  const kpi = new URLSearchParams(search).get('kpi') ?? undefined;
  const form = useResource('/api/v1/projects/{project_id}/report', { project_id: id }, { kpi });
  return <Await resource={form}>{(data) => (data.due ? <Form key={data.kpi} form={data} /> : <NothingDue form={data} />)}</Await>;
}

function NothingDue({ form }: { form: Schemas['ReportForm'] }) {
  return (
    <>
      <Head title="Root-cause report" eyebrow={<Link to={`/projects/${form.project_id}`}>{form.project_title}</Link>} />
      <p className="measure">No report is due on {form.title}: {sentence(form.measured)}</p>
    </>
  );
}

function Form({ form }: { form: Schemas['ReportForm'] }) {
  const { value: texts, keep, forget } = useKept(`report.${form.project_id}.${form.kpi}`, isTexts, (kept) => kept ?? {});
  const [runs, setRuns] = useState<string[]>(() => form.runs.slice(0, 1).map((run) => run.run));
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const lacking = firstLacking(form.parts, texts, form);
    if (lacking !== undefined) {
      document.getElementById(`part-${lacking}`)?.focus();
      return;
    }
    setSending(true);
    setError(undefined);
    const text = (part: string) => texts[part] ?? '';
    try {
      await api.post(
        '/api/v1/projects/{project_id}/reports',
        {
          kpi: form.kpi,
          measured: text('measured'),
          hypothesis: text('hypothesis'),
          experiment: text('experiment'),
          result: text('result'),
          fix: text('fix'),
          regression_guard: text('regression_guard'),
          runs,
        },
        { project_id: form.project_id },
      );
      forget();
      invalidateAll();
      navigate(`/projects/${form.project_id}`);
    } catch (problem) {
      setError(problem as ApiError);
      setSending(false);
    }
  };
  return (
    <>
      <Head title={`Root-cause report: ${form.title}`} eyebrow={<Link to={`/projects/${form.project_id}`}>{form.project_title}</Link>}>
        <p className="lead">{sentence(form.measured)} With a complete report the phase goes on; the gate still waits for a run that meets the number.</p>
      </Head>
      <form className="stack measure" onSubmit={(event) => void submit(event)} noValidate>
        {form.parts.map((part) => {
          const lack = lackOf(texts[part.id] ?? '', form);
          return (
            <div key={part.id} className="field">
              <label htmlFor={`part-${part.id}`}>{part.title}</label>
              <p id={`hint-${part.id}`} className="note">{part.hint}</p>
              <textarea
                id={`part-${part.id}`}
                className="textarea"
                value={texts[part.id] ?? ''}
                aria-describedby={`hint-${part.id} lack-${part.id}`}
                aria-invalid={tried && lack !== ''}
                onChange={(event) => keep({ ...texts, [part.id]: event.target.value })}
              />
              <p id={`lack-${part.id}`} className="note" role="status">{tried ? lack : ''}</p>
            </div>
          );
        })}
        <fieldset className="stack-small">
          <legend className="legend">Runs that it cites; one of them has to have measured this number</legend>
          {form.runs.map((run) => (
            <label key={run.run} className="check">
              <input type="checkbox" checked={runs.includes(run.run)} onChange={(event) => setRuns(event.target.checked ? [...runs, run.run] : runs.filter((one) => one !== run.run))} />
              <span><code>{run.run}</code> {run.value_text}{run.missed ? ', missed' : ', met'}, {momentText(run.at)}</span>
            </label>
          ))}
        </fieldset>
        {error !== undefined && <Problem error={error} />}
        <button type="submit" className="button primary" disabled={sending}>Hand in the report</button>
        <div className="stack-small">
          <p className="note">The same in the terminal</p>
          <Command command={form.command} />
        </div>
      </form>
    </>
  );
}

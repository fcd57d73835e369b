import { useState, type FormEvent } from 'react';
import { api, type ApiError, type Schemas } from '../../api/client';
import { invalidateAll } from '../../api/resource';
import { Problem } from '../../parts/page';

/** A value that only a person can give. */
export function ManualValue({ kpi }: { kpi: Schemas['Kpi'] }) {
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const [error, setError] = useState<ApiError>();
  const [said, setSaid] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const value = Number(text.replace(',', '.'));
    if (text.trim() === '' || !Number.isFinite(value)) {
      setSaid('Expected a number.');
      return;
    }
    setError(undefined);
    try {
      await api.post('/api/v1/kpis/{kpi_id}/values', { value, ...(note.trim() === '' ? {} : { note: note.trim() }) }, { kpi_id: kpi.id });
      setText('');
      setNote('');
      setSaid('Recorded, and shown as given by hand.');
      invalidateAll();
    } catch (problem) {
      setError(problem as ApiError);
    }
  };
  return (
    <details className="kpi-values">
      <summary>Give a value by hand<span className="visually-hidden"> for {kpi.title}</span></summary>
      <form className="kpi-form" onSubmit={(event) => void submit(event)} noValidate>
        <div className="field">
          <label htmlFor={`value-${kpi.id}`}>Value, in {kpi.unit}</label>
          <input id={`value-${kpi.id}`} className="input" inputMode="decimal" value={text} aria-describedby={`said-${kpi.id}`} onChange={(event) => setText(event.target.value)} />
        </div>
        <div className="field">
          <label htmlFor={`note-${kpi.id}`}>Who gave it, by which rubric</label>
          <input id={`note-${kpi.id}`} className="input" value={note} onChange={(event) => setNote(event.target.value)} />
        </div>
        <button type="submit" className="button small">Record</button>
        <p id={`said-${kpi.id}`} className="note" role="status">{said}</p>
      </form>
      {error !== undefined && <Problem error={error} />}
    </details>
  );
}

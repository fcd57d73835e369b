import { useId, useState, type FormEvent } from 'react';
import { api, ApiError, type Schemas } from '../../api/client';
import { invalidateAll } from '../../api/resource';
import { Problem } from '../../parts/page';
import { lackOfEvidence } from './logic';

type Kind = NonNullable<Schemas['GateItem']['evidence']>['kind'];

const kinds: [kind: Kind, label: string][] = [
  ['link', 'A link'],
  ['file', 'A text file'],
  ['commit', 'A commit'],
  ['run', 'A run'],
  ['note', 'A note'],
];
const fields: Record<Kind, string> = { link: 'Address', file: 'File', commit: 'Hash of the commit', run: 'Id of the run', note: 'What is shown, and where' };

/** Hands in one piece of evidence; a file is kept under its hash. Other files go in by the terminal. */
export function AddEvidence({ gate, item, there }: { gate: string; item: string; there: boolean }) {
  const id = useId();
  const [kind, setKind] = useState<Kind>('link');
  const [text, setText] = useState('');
  const [file, setFile] = useState<File>();
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<ApiError>();
  const lack = kind === 'file' ? (file === undefined ? 'Choose a file.' : '') : lackOfEvidence(kind, text);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (lack !== '') {
      document.getElementById(`${id}-text`)?.focus();
      return;
    }
    setError(undefined);
    try {
      const body = kind === 'file' && file !== undefined ? { item, kind, name: file.name, content: await textOf(file) } : { item, kind, evidence: text.trim() };
      await api.post('/api/v1/gates/{gate_id}/evidence', body, { gate_id: gate });
      setText('');
      setTried(false);
      invalidateAll();
    } catch (problem) {
      setError(problem as ApiError);
    }
  };
  return (
    <details className="no-print gate-add">
      <summary>{there ? 'Hand in something better' : 'Hand it in'}<span className="visually-hidden">: {item}</span></summary>
      <form className="stack-small measure" onSubmit={(event) => void submit(event)} noValidate>
        <div className="field">
          <label htmlFor={`${id}-kind`}>What it is</label>
          <select id={`${id}-kind`} className="select" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {kinds.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${id}-text`}>{fields[kind]}</label>
          {kind === 'file' ? (
            <input id={`${id}-text`} type="file" className="input" aria-describedby={`${id}-lack`} onChange={(event) => setFile(event.target.files?.[0])} />
          ) : (
            <input id={`${id}-text`} className="input" value={text} aria-invalid={tried && lack !== ''} aria-describedby={`${id}-lack`} onChange={(event) => setText(event.target.value)} />
          )}
          <p id={`${id}-lack`} className="note" role="status">{tried ? lack : ''}</p>
        </div>
        {error !== undefined && <Problem error={error} />}
        <button type="submit" className="button">Hand in</button>
      </form>
    </details>
  );
}

async function textOf(file: File): Promise<string> {
  if (file.size > 1_000_000) throw new ApiError(413, 'RESOURCE_EXHAUSTED', 'Here a file has at most 1 MB; the terminal takes up to 8 MB: groundwork gate evidence add … --file.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new ApiError(400, 'INVALID_ARGUMENT', 'Here a file is text; the terminal takes any file: groundwork gate evidence add … --file.');
  }
}

import { useState, type FormEvent } from 'react';
import { api, type ApiError } from '../../api/client';
import { invalidateAll, useResource } from '../../api/resource';
import { Problem } from '../../parts/page';
import { navigate } from '../../router';
import { lackOfWish } from './logic';

/** Begins a run of a suite against a service near by; its page follows it. */
export function StartRun() {
  const suites = useResource('/api/v1/suites').data?.suites ?? [];
  const [suite, setSuite] = useState('');
  const [target, setTarget] = useState('');
  const [seed, setSeed] = useState('');
  const [said, setSaid] = useState('');
  const [error, setError] = useState<ApiError>();
  if (suites.length === 0) return null;
  const chosen = suite === '' ? (suites.find((one) => one.name === 'search') ?? suites[0])?.name ?? '' : suite;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const lack = lackOfWish(target, seed);
    setSaid(lack);
    if (lack !== '') return;
    setError(undefined);
    try {
      const begun = await api.post('/api/v1/measurements', { suite: chosen, target: target.trim(), ...(seed.trim() === '' ? {} : { seed: Number(seed) }) });
      invalidateAll();
      navigate(`/runs/${encodeURIComponent(begun.run)}`);
    } catch (problem) {
      setError(problem as ApiError);
    }
  };
  return (
    <section className="section" aria-labelledby="start">
      <h2 id="start">Measure a service</h2>
      <form className="run-start" onSubmit={(event) => void submit(event)} noValidate>
        <div className="field">
          <label htmlFor="start-suite">By the suite</label>
          <select id="start-suite" className="select" value={chosen} onChange={(event) => setSuite(event.target.value)}>
            {suites.map((one) => <option key={one.name} value={one.name}>{one.name}: {one.title}</option>)}
          </select>
        </div>
        <div className="field">
          <label htmlFor="start-target">Base URL of the service</label>
          <input id="start-target" className="input" inputMode="url" autoComplete="off" placeholder="http://127.0.0.1:8000" value={target} aria-describedby="start-said" onChange={(event) => setTarget(event.target.value)} />
        </div>
        <div className="field">
          <label htmlFor="start-seed">Seed, of the hidden cases</label>
          <input id="start-seed" className="input" inputMode="numeric" autoComplete="off" placeholder="the suite’s" value={seed} aria-describedby="start-said" onChange={(event) => setSeed(event.target.value)} />
        </div>
        <p id="start-said" className="note" role="status">{said}</p>
        {error !== undefined && <Problem error={error} />}
        <button type="submit" className="button primary">Measure it</button>
      </form>
    </section>
  );
}

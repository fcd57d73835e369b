import { useState, type FormEvent } from 'react';
import { api, type ApiError } from '../../api/client';
import { invalidateAll, remember, useResource } from '../../api/resource';
import { Ghost, Head, Problem } from '../../parts/page';
import { navigate } from '../../router';
import { hoursText, longDayText } from '../../words';
import { endOf, nextMonday, scaledSplit, type Profile } from './logic';

export default function Welcome() {
  const session = useResource('/api/v1/session');
  if (session.data === undefined && session.error === undefined) return <Ghost />;
  return <WelcomeForm known={session.data?.profile ?? null} />;
}

function WelcomeForm({ known }: { known: Profile | null }) {
  const [profile, setProfile] = useState<Profile>(known ?? { pace_weeks: 16, hours_per_week: 10, start_on: nextMonday(new Date()) });
  const [error, setError] = useState<ApiError>();
  const [saving, setSaving] = useState(false);
  const end = endOf(profile.start_on, profile.pace_weeks);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setError(undefined);
    try {
      await api.put('/api/v1/profile', profile);
      invalidateAll();
      // Today sends whoever has no calendar here, so it must know of this one before it is shown.
      remember('/api/v1/status', {}, await api.get('/api/v1/status'));
      navigate(known === null ? '/' : '/plan');
    } catch (problem) {
      setError(problem as ApiError);
      setSaving(false);
    }
  };

  return (
    <>
      <Head title={known === null ? 'Lay the first stone' : 'Change your pace'}>
        <p className="lead">
          Sixteen weeks of work in four phases. Nothing here is ticked off: a module opens because you passed its quiz and your
          code passed its tests. Choose how fast, and the roadmap becomes your calendar.
        </p>
      </Head>
      <form className="welcome stack measure" onSubmit={(event) => void submit(event)}>
        <Tiles
          legend="How long"
          name="pace"
          value={profile.pace_weeks}
          onChange={(pace_weeks) => setProfile({ ...profile, pace_weeks })}
          tiles={[
            { value: 16, title: '16 weeks', text: 'A roadmap week each week.' },
            { value: 12, title: '12 weeks', text: 'The same content, a third faster.' },
          ]}
        />
        <Tiles
          legend="How much"
          name="hours"
          value={profile.hours_per_week}
          onChange={(hours_per_week) => setProfile({ ...profile, hours_per_week })}
          tiles={[
            { value: 10, title: '10 hours a week', text: 'Weekday evenings and one longer block.' },
            { value: 12, title: '12 hours a week', text: 'The same, with room to go back over things.' },
          ]}
        />
        <div className="field">
          <label htmlFor="start">First day</label>
          <input id="start" className="input" type="date" required value={profile.start_on} onChange={(event) => setProfile({ ...profile, start_on: event.target.value })} />
        </div>
        <section className="callout" aria-live="polite">
          <p>
            {profile.pace_weeks} weeks{end !== undefined && <>, done on {longDayText(end)} {end.getFullYear()}</>}. Each week:{' '}
            {scaledSplit(profile.hours_per_week).map((part) => `${part.kind.toLowerCase()} ${hoursText(part.hours)}`).join(', ')}.
          </p>
        </section>
        {error !== undefined && <Problem error={error} />}
        <div className="row">
          <button className="button primary" type="submit" disabled={saving}>{known === null ? 'Make my calendar' : 'Change my calendar'}</button>
          <span className="note">You can change this at any time; no progress depends on it.</span>
        </div>
      </form>
    </>
  );
}

interface TilesProps<T extends number> {
  legend: string;
  name: string;
  value: T;
  onChange: (value: T) => void;
  tiles: { value: T; title: string; text: string }[];
}

function Tiles<T extends number>({ legend, name, value, onChange, tiles }: TilesProps<T>) {
  return (
    <fieldset>
      <legend className="legend">{legend}</legend>
      <div className="choice-row">
        {tiles.map((tile) => (
          <label key={tile.value} className="tile">
            <input type="radio" name={name} value={tile.value} checked={tile.value === value} onChange={() => onChange(tile.value)} />
            <b>{tile.title}</b>
            <span className="soft">{tile.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

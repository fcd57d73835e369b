import type { Schemas } from '../api/client';

const points = (number: number) => Number(number.toFixed(1));

/** Readiness and what it is made of. */
export function ReadinessChart({ readiness }: { readiness: Schemas['Readiness'] }) {
  return (
    <section className="readiness" aria-labelledby="readiness">
      <h2 id="readiness">Readiness</h2>
      <p>
        <span className="readiness-figure">{points(readiness.percent)} %</span>{' '}
        <span className="soft">of what the roadmap asks for is proved</span>
      </p>
      <dl>
        {readiness.parts.map((part) => (
          <div key={part.name}>
            <dt>
              <span>{part.name}</span>
              <span>{points(part.earned)} of {points(part.possible)}</span>
            </dt>
            <dd>
              <span className="meter done" aria-hidden="true">
                <span style={{ width: `${part.possible > 0 ? Math.min(100, (100 * part.earned) / part.possible) : 0}%` }} />
              </span>
              <span className="note">{part.text}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

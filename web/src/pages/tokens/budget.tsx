import { useEffect, useId, useState } from 'react';
import { api, type ApiError } from '../../api/client';
import { count } from '../../words';
import { budgetOf, dollarsText, fieldNames, lengthOf, numberText, overflow, partsOf, type Budget, type Fields, type Plan } from './logic';

const pause = 150; // ms after the last key
const groups: [title: string, fields: (keyof Fields)[]][] = [
  ['Tokens', ['window', 'prompt', 'answer', 'passages', 'passage']],
  ['Prices', ['priceIn', 'priceOut', 'priceCached', 'cached']],
];
const start: Omit<Fields, 'prompt'> = {
  window: '8192', answer: '500', passages: '6', passage: '200', priceIn: '0.15', priceCached: '0.075', priceOut: '0.60', cached: '0',
};

/** What fits into a context window, and what it costs. The prompt is that of the text above until another number is written. */
export function Budgeting({ counted }: { counted: number | undefined }) {
  const [written, setWritten] = useState(start);
  const [prompt, setPrompt] = useState<string>();
  const [planned, setPlanned] = useState<{ budget: Budget; plan: Plan }>();
  const [problem, setProblem] = useState('');
  const fields: Fields = { ...written, prompt: prompt ?? String(counted ?? 0) };
  const read = budgetOf(fields);
  const wrong = 'wrong' in read ? read.wrong : undefined;
  const over = 'budget' in read ? overflow(read.budget) : 0;
  const body = 'budget' in read && over === 0 ? JSON.stringify(read.budget) : '';

  useEffect(() => {
    if (body === '') return;
    let current = true;
    const timer = window.setTimeout(() => {
      const budget = JSON.parse(body) as Budget;
      api.post('/api/v1/token-budget', budget).then(
        (plan) => {
          if (!current) return;
          setPlanned({ budget, plan });
          setProblem('');
        },
        (error: ApiError) => {
          if (current) setProblem(error.message);
        },
      );
    }, pause);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [body]);

  const said = wrong !== undefined
    ? `${fieldNames[wrong]}: expected a ${wrong.startsWith('price') ? 'price such as 0.15' : 'whole number of tokens'}.`
    : over > 0 ? `Prompt and answer alone need ${count(over, 'token')} more than the window has.` : problem;
  return (
    <div className="budget">
      <div className="budget-fields">
        {groups.map(([title, names]) => (
          <fieldset key={title}>
            <legend className="legend">{title}</legend>
            {names.map((name) => (
              <Field
                key={name}
                name={name}
                value={fields[name]}
                wrong={name === wrong}
                change={(value) => (name === 'prompt' ? setPrompt(value) : setWritten({ ...written, [name]: value }))}
              />
            ))}
            {title === 'Prices' && <p className="note">Examples; your provider’s page has yours.</p>}
            {title === 'Tokens' && prompt !== undefined && <button type="button" className="link-button" onClick={() => setPrompt(undefined)}>Take the text’s own count</button>}
          </fieldset>
        ))}
      </div>
      <div className="budget-plan" aria-live="polite">
        {said !== '' && <p className="callout stop" id="budget-problem">{said}</p>}
        {said === '' && planned !== undefined && <Planned budget={planned.budget} plan={planned.plan} />}
      </div>
    </div>
  );
}

interface FieldProps {
  name: keyof Fields;
  value: string;
  wrong: boolean;
  change: (value: string) => void;
}

function Field({ name, value, wrong, change }: FieldProps) {
  const id = useId();
  return (
    <div className="budget-field">
      <label htmlFor={id}>{fieldNames[name]}</label>
      <input id={id} className="input" inputMode="decimal" autoComplete="off" value={value} aria-invalid={wrong} aria-describedby={wrong ? 'budget-problem' : undefined} onChange={(event) => change(event.target.value)} />
    </div>
  );
}

function Planned({ budget, plan }: { budget: Budget; plan: Plan }) {
  const parts = partsOf(budget, plan);
  const cost = plan.cost_micro_dollars ?? 0;
  let at = 0;
  return (
    <>
      <svg className="window" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {parts.map((part) => {
          const length = lengthOf(part.tokens, budget.context_window);
          at += length;
          return <rect key={part.kind} className={`part-${part.kind}`} x={at - length} width={length} height="8" />;
        })}
      </svg>
      <dl className="window-key">
        {parts.map((part) => (
          <div key={part.kind}>
            <dt><svg viewBox="0 0 10 10" aria-hidden="true"><rect className={`part-${part.kind}`} width="10" height="10" /></svg>{part.name}</dt>
            <dd>{numberText(part.tokens)}</dd>
          </div>
        ))}
      </dl>
      <p className="measure">
        {plan.passages < budget.max_passages ? `Only ${numberText(plan.passages)} of ${count(budget.max_passages, 'passage')} fit` : `All ${count(budget.max_passages, 'passage')} fit`}
        : {numberText(plan.input_tokens)} tokens go in, {numberText(plan.answer_room)} are left for the answer.
      </p>
      <p className="measure">
        With the longest answer a request costs <strong>{dollarsText(cost)}</strong>, a thousand of them {dollarsText(cost * 1000)}.
      </p>
    </>
  );
}

import { useId, useState, type KeyboardEvent } from 'react';
import { Prose } from '../../prose/prose';
import { letterOf, move, toggle, type Draft, type Item } from './logic';

interface AnswerProps {
  item: Item;
  draft: Draft;
  onChange: (draft: Draft) => void;
  onSubmit: () => void;
  /** Id of the element that holds the question's text. */
  labelledBy: string;
}

/** The control in which an item is answered. */
export function AnswerControl(props: AnswerProps) {
  switch (props.item.kind) {
    case 'single':
    case 'multiple': return <Options {...props} />;
    case 'ordering': return <Ordering {...props} />;
    case 'matching': return <Matching {...props} />;
    default: return <Written {...props} />;
  }
}

function Options({ item, draft, onChange, labelledBy }: AnswerProps) {
  const many = item.kind === 'multiple';
  const chosen = many ? (draft as string[]) : [draft as string];
  return (
    <div role={many ? 'group' : 'radiogroup'} aria-labelledby={labelledBy} className="options">
      {(item.options ?? []).map((option, index) => (
        <label key={option.id} className="tile option">
          <input
            type={many ? 'checkbox' : 'radio'}
            name={`answer-${item.id}`}
            value={option.id}
            checked={chosen.includes(option.id)}
            onChange={() => onChange(many ? toggle(draft as string[], option.id) : option.id)}
          />
          <span className="option-letter" aria-hidden="true">{letterOf(index)}</span>
          <Prose html={option.html} inline className="prose-inline" />
        </label>
      ))}
    </div>
  );
}

function Ordering({ item, draft, onChange, labelledBy }: AnswerProps) {
  const order = draft as string[];
  const [said, setSaid] = useState('');
  const hint = useId();
  const texts = new Map((item.options ?? []).map((option) => [option.id, option.html]));

  const shift = (index: number, step: -1 | 1) => {
    const moved = move(order, index, step);
    if (moved === order) return;
    onChange(moved);
    setSaid(`Now step ${index + step + 1} of ${order.length}`);
  };
  const keys = (event: KeyboardEvent, index: number) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined;
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    shift(index, step);
  };
  return (
    <>
      <p id={hint} className="note">Arrow keys move the step that has the focus.</p>
      <ol className="ordering" aria-labelledby={labelledBy} aria-describedby={hint}>
        {order.map((id, index) => (
          <li key={id}>
            <button type="button" className="ordering-step" data-step={id} onKeyDown={(event) => keys(event, index)} aria-describedby={hint}>
              <span className="ordering-number">{index + 1}<span className="visually-hidden">: </span></span>
              <Prose html={texts.get(id) ?? ''} inline className="prose-inline" />
            </button>
            <button type="button" className="icon-button" aria-label={`Move step ${index + 1} up`} aria-disabled={index === 0} onClick={() => shift(index, -1)}>
              <Arrow up />
            </button>
            <button type="button" className="icon-button" aria-label={`Move step ${index + 1} down`} aria-disabled={index === order.length - 1} onClick={() => shift(index, 1)}>
              <Arrow />
            </button>
          </li>
        ))}
      </ol>
      <p className="visually-hidden" aria-live="polite">{said}</p>
    </>
  );
}

function Arrow({ up = false }: { up?: boolean }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.6">
      <path d={up ? 'M3.5 9.5 8 5l4.5 4.5' : 'M3.5 6.5 8 11l4.5-4.5'} />
    </svg>
  );
}

const plainText = (html: string): string => new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';

function Matching({ item, draft, onChange }: AnswerProps) {
  const pairs = draft as Record<string, string>;
  const base = useId();
  return (
    <div className="matching">
      {(item.lefts ?? []).map((left) => (
        <div key={left.id} className="matching-pair">
          <label htmlFor={`${base}-${left.id}`}><Prose html={left.html} inline className="prose-inline" /></label>
          <select
            id={`${base}-${left.id}`}
            className="select"
            value={pairs[left.id] ?? ''}
            onChange={(event) => {
              const next = { ...pairs };
              if (event.target.value === '') delete next[left.id];
              else next[left.id] = event.target.value;
              onChange(next);
            }}
          >
            <option value="">Choose its partner</option>
            {(item.options ?? []).map((option) => (
              <option key={option.id} value={option.id}>{plainText(option.html)}</option>
            ))}
          </select>
        </div>
      ))}
    </div>
  );
}

function Written({ item, draft, onChange, onSubmit, labelledBy }: AnswerProps) {
  const text = draft as string;
  const hint = useId();
  if (item.kind === 'predict') {
    return (
      <div className="written">
        <textarea
          className="textarea code"
          aria-labelledby={labelledBy}
          aria-describedby={hint}
          value={text}
          rows={4}
          spellCheck={false}
          autoCapitalize="off"
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            event.stopPropagation();
            onSubmit();
          }}
        />
        <p id={hint} className="note">Exactly what the program prints. <kbd>Ctrl</kbd> <kbd>Enter</kbd> answers.</p>
      </div>
    );
  }
  return (
    <div className="written written-line">
      <input
        className="input"
        aria-labelledby={labelledBy}
        aria-describedby={item.unit === undefined ? undefined : hint}
        value={text}
        inputMode={item.kind === 'numeric' ? 'decimal' : 'text'}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      {item.unit !== undefined && <span id={hint} className="soft">{item.unit}</span>}
    </div>
  );
}

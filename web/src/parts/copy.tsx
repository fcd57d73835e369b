import { useState } from 'react';

/** Copies text; says so, also to a screen reader. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    setTimeout(() => setSaid(''), 1600);
  };
  return (
    <button type="button" className="button small copy" onClick={() => void copy()}>
      <span aria-live="polite">{said || 'Copy'}</span>
      <span className="visually-hidden"> {label}</span>
    </button>
  );
}

export function Command({ command }: { command: string }) {
  return (
    <div className="command">
      <code>{command}</code>
      <CopyButton text={command} label="the command" />
    </div>
  );
}

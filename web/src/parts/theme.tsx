import { useState } from 'react';
import { load, save } from '../storage';

export type Theme = 'system' | 'light' | 'dark';
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark' || value === 'system';

/** The stored choice is a bare word, because theme.js reads it before anything else runs. */
function stored(): Theme {
  const attribute = document.documentElement.getAttribute('data-theme');
  return isTheme(attribute) ? attribute : (load('theme-choice', isTheme) ?? 'system');
}

function apply(theme: Theme): void {
  try {
    if (theme === 'system') {
      document.documentElement.removeAttribute('data-theme');
      window.localStorage.removeItem('gw.theme');
    } else {
      document.documentElement.setAttribute('data-theme', theme);
      window.localStorage.setItem('gw.theme', theme);
    }
  } catch {
    // Not remembered.
  }
  save('theme-choice', theme);
}

const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const words: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

/** Goes through the system's theme, light and dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(stored);
  const change = () => {
    apply(next[theme]);
    setTheme(next[theme]);
  };
  return (
    <button type="button" className="icon-button" onClick={change} aria-label={`Theme: ${words[theme]}. Change it`}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
        <circle cx="9" cy="9" r="6.25" />
        <path d={theme === 'light' ? 'M9 2.75a6.25 6.25 0 0 1 0 0z' : theme === 'dark' ? 'M9 2.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5z' : 'M9 2.75a6.25 6.25 0 0 1 0 12.5z'} fill="currentColor" />
      </svg>
    </button>
  );
}

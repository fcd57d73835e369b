import { useCallback, useRef, useState } from 'react';

/** Local storage that may be full, switched off or hold something else: then the value is simply not remembered. */
export function load<T>(key: string, isValid: (value: unknown) => value is T): T | undefined {
  try {
    const text = window.localStorage.getItem(`gw.${key}`);
    if (text === null) return undefined;
    const value: unknown = JSON.parse(text);
    return isValid(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function save(key: string, value: unknown): void {
  try {
    if (value === undefined) window.localStorage.removeItem(`gw.${key}`);
    else window.localStorage.setItem(`gw.${key}`, JSON.stringify(value));
  } catch {
    // Not remembered.
  }
}

/**
 * State that this browser keeps at every change, until it is forgotten: what is being written outlives a reload. `now` is
 * the latest of it, drawn or not.
 * @param first  what it begins with, given what was kept; nothing where that is of another form
 */
export function useKept<T>(key: string, isValid: (value: unknown) => value is T, first: (kept: T | undefined) => T) {
  const [value, setValue] = useState(() => first(load(key, isValid)));
  const latest = useRef(value);
  const now = useCallback(() => latest.current, []);
  const keep = useCallback(
    (next: T) => {
      latest.current = next;
      setValue(next);
      save(key, next);
    },
    [key],
  );
  const forget = useCallback(() => save(key, undefined), [key]);
  return { value, now, keep, forget };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isTexts = (value: unknown): value is Record<string, string> => isRecord(value) && Object.values(value).every(isText);

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

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

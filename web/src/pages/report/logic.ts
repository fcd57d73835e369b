export interface Rules {
  least_characters: number;
  least_words: number;
}

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** What is still lacking in a part, in words; empty when it will do. The server checks the same. */
export function lackOf(text: string, rules: Rules): string {
  const trimmed = text.trim();
  if (trimmed === '') return 'Nothing written yet.';
  const length = [...trimmed].length;
  if (length < rules.least_characters) return `${rules.least_characters - length} more characters.`;
  const words = wordsOf(trimmed).size;
  return words < rules.least_words ? `${rules.least_words - words} more different words.` : '';
}

/** The first part that lacks something; undefined when all will do. */
export function firstLacking(parts: { id: string }[], texts: Record<string, string>, rules: Rules): string | undefined {
  return parts.find((part) => lackOf(texts[part.id] ?? '', rules) !== '')?.id;
}

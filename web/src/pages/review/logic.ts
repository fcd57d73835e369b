export const leastCharacters = 80;

export interface ReviewAnswer {
  concept: string;
  text: string;
}

/** What is still lacking in an answer, in words; empty when it will do. */
export function lackOf(text: string): string {
  const length = text.trim().length;
  if (length >= leastCharacters) return '';
  return length === 0 ? 'Nothing written yet.' : `${leastCharacters - length} more characters; say what you would tell a colleague.`;
}

/** The answers to send, once every concept has one. */
export function answersOf(concepts: string[], texts: Record<string, string>): ReviewAnswer[] | undefined {
  const answers = concepts.map((concept) => ({ concept, text: (texts[concept] ?? '').trim() }));
  return answers.every((answer) => lackOf(answer.text) === '') ? answers : undefined;
}

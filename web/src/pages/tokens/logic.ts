import type { Schemas } from '../../api/client';

export type Diagnosis = Schemas['TokenDiagnosis'];
type Finding = Diagnosis['findings'][number];
export type Budget = Schemas['TokenBudget'];
export type Plan = Schemas['TokenPlan'];

/** A stretch of the text: tokens that stand for it, or none where it lies between tokens. */
export interface Stretch {
  text: string;
  tokens: string[];
  continues: boolean;
  unknown: boolean;
  cut: boolean;
}

/** The text again, from its first byte to its last, in the pieces that a model gets. */
export function stretches(text: string, pieces: Diagnosis['pieces']): Stretch[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const out: Stretch[] = [];
  let at = 0;
  const between = (end: number) => {
    if (end > at) out.push({ text: decoder.decode(bytes.subarray(at, end)), tokens: [], continues: false, unknown: false, cut: false });
  };
  for (const piece of pieces) {
    const last = out.at(-1);
    // The parts of one decomposed character share its bytes.
    if (piece.begin < at && last !== undefined) {
      last.tokens.push(piece.token);
      continue;
    }
    between(piece.begin);
    const { continues, unknown, cut } = piece;
    out.push({ text: decoder.decode(bytes.subarray(piece.begin, piece.end)), tokens: [piece.token], continues, unknown, cut });
    at = piece.end;
  }
  between(bytes.length);
  return out;
}

/** What to do about a finding. */
export const advice: Record<Finding['kind'], string> = {
  cut: 'Put what matters first, or split the text into chunks below the limit.',
  unknown: 'Say in words what they mean, or choose a tokeniser that falls back to bytes.',
  long_word: 'Put blanks into it, or leave out what nobody reads: keys, hashes, base64.',
  invisible: 'Clean the text before it is embedded: such bytes come from copied pages, and can hide instructions.',
  upper_case: 'Match acronyms by their letters too: hybrid search, or the long form beside the short.',
  accents: 'Harmless for search in English; where an accent tells two words apart, use a cased, multilingual model.',
  number: 'Compare and add numbers in code, and filter on them as metadata.',
  identifier: 'Keep a lexical index beside the vectors: it finds a name whole.',
  reserved: 'Here it is harmless. A chat model’s own markers are not: escape them before they reach a template.',
  dense: 'Count tokens, not words, when you cut chunks and estimate cost.',
};

const whole = new Intl.NumberFormat('en-GB');
export const numberText = (value: number): string => whole.format(value);
export const ratioText = (value: number): string => value.toFixed(2);

/** "8,192" as 8192; undefined for what is no number of tokens. */
export function parseTokens(text: string): number | undefined {
  const digits = text.replace(/[\s,_]/g, '');
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** "0.15" dollars as 150000 millionths; undefined for what is no price of at most $1,000 or has more than 6 decimals. */
export function parsePrice(text: string): number | undefined {
  const parts = /^(\d{1,3}|1000)(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (parts === null) return undefined;
  const micro = Number(parts[1]) * 1_000_000 + Number((parts[2] ?? '').padEnd(6, '0'));
  return micro <= 1_000_000_000 ? micro : undefined;
}

/** Dollars with as many decimals as say something: "$12.40", "$0.000486". */
export function dollarsText(micro: number): string {
  const dollars = micro / 1_000_000;
  return `$${dollars >= 1 || micro === 0 ? dollars.toFixed(2) : dollars.toFixed(6).replace(/0{1,4}$/, '')}`;
}

/** Tokens that prompt and answer need beyond the window; 0 where they fit. */
export const overflow = (budget: Budget): number => Math.max(0, budget.prompt_tokens + budget.answer_tokens - budget.context_window);

export interface Part {
  name: string;
  tokens: number;
  kind: 'prompt' | 'passages' | 'answer' | 'free';
}

/** The context window, cut into what fills it. Their sum is the window. */
export function partsOf(budget: Budget, plan: Plan): Part[] {
  const parts: Part[] = [
    { name: 'Prompt', tokens: budget.prompt_tokens, kind: 'prompt' },
    { name: 'Passages', tokens: plan.context_tokens, kind: 'passages' },
    { name: 'Kept for the answer', tokens: budget.answer_tokens, kind: 'answer' },
    { name: 'Free', tokens: plan.free_tokens, kind: 'free' },
  ];
  return parts.filter((part) => part.tokens > 0);
}

/** A bar's length in percent of the longest. */
export const lengthOf = (value: number, longest: number): number => (longest === 0 ? 0 : (value / longest) * 100);

/** The first line of a prompt, for a list of them. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > 48 ? `${line.slice(0, 47).trimEnd()}…` : line;
}

/** The fields of the budget as they are written. */
export interface Fields {
  window: string;
  prompt: string;
  answer: string;
  passages: string;
  passage: string;
  priceIn: string;
  priceCached: string;
  priceOut: string;
  cached: string;
}

export const fieldNames: Record<keyof Fields, string> = {
  window: 'Context window',
  prompt: 'Prompt',
  answer: 'Kept for the answer',
  passages: 'Passages found',
  passage: 'Tokens a passage',
  priceIn: 'Input, $ a million',
  priceCached: 'Cached input, $ a million',
  priceOut: 'Output, $ a million',
  cached: 'Input that is cached',
};

const prices: (keyof Fields)[] = ['priceIn', 'priceCached', 'priceOut'];

/** The request that the fields mean, or the name of the first that means nothing. */
export function budgetOf(fields: Fields): { budget: Budget } | { wrong: keyof Fields } {
  const values = {} as Record<keyof Fields, number>;
  for (const name of Object.keys(fieldNames) as (keyof Fields)[]) {
    const value = prices.includes(name) ? parsePrice(fields[name]) : parseTokens(fields[name]);
    if (value === undefined || (name === 'passage' && value === 0) || (name === 'passages' && value > 1_000_000)) return { wrong: name };
    values[name] = value;
  }
  return {
    budget: {
      context_window: values.window,
      prompt_tokens: values.prompt,
      answer_tokens: values.answer,
      passage_tokens: values.passage,
      max_passages: values.passages,
      cached_tokens: values.cached,
      prices: { input: values.priceIn, cached_input: values.priceCached, output: values.priceOut },
    },
  };
}

/** "It reads 256 tokens at most, two of them its own." */
export function limitNote({ limit, special }: Pick<Diagnosis, 'limit' | 'special'>): string {
  const own = special === 0 ? '' : special === 1 ? ', one of them its own' : special === 2 ? ', two of them its own' : `, ${numberText(special)} of them its own`;
  return `It reads ${numberText(limit)} tokens at most${own}.`;
}

import { problemSentence, type Schemas } from '../../api/client';
import { resolveLink } from '../../prose/links';
import { isRecord } from '../../storage';

type Citation = Schemas['Citation'];
type Passage = Schemas['TutorAnswer']['passages'][number];

/** The page of a passage, at its section, with the quote to be marked there. */
export function hrefOfPassage(passage: Pick<Passage, 'id' | 'anchor'>, quote = ''): string {
  const page = resolveLink(passage.id.split('#')[0] ?? '');
  const search = quote === '' ? '' : `?${new URLSearchParams({ quote }).toString()}`;
  return `${page}${search}${passage.anchor === '' ? '' : `#${passage.anchor}`}`;
}

export function hrefOfCitation(citation: Citation): string {
  return hrefOfPassage({ id: citation.id, anchor: citation.source?.anchor ?? '' }, citation.quote);
}

/** The question in the address. */
export function askedIn(search: string): string {
  return new URLSearchParams(search).get('q')?.trim() ?? '';
}

/** One entry a page, in the order of the best passage. */
export function nearestPages(passages: readonly Passage[]): Passage[] {
  const seen = new Set<string>();
  return passages.filter((passage) => {
    const page = passage.id.split('#')[0] ?? '';
    return !seen.has(page) && seen.add(page);
  });
}

/** The sources of an answer, a section each, with the citations that stand in it. */
export function sourcesOf(citations: readonly Citation[]): { title: string; citations: Citation[] }[] {
  const sources: { title: string; citations: Citation[] }[] = [];
  for (const citation of citations) {
    const known = sources.find((source) => source.title === citation.title);
    if (known === undefined) sources.push({ title: citation.title, citations: [citation] });
    else known.citations.push(citation);
  }
  return sources;
}

/** A sentence in stretches of prose and of TeX between dollar signs. */
export function formulas(text: string): { text: string; tex: boolean }[] {
  return text.split(/\$([^$\n]+)\$/).map((part, index) => ({ text: part, tex: index % 2 === 1 })).filter((part) => part.text !== '');
}

/** What a verdict means to a reader. */
export const verdicts: Record<Citation['verdict'], string> = {
  supported: 'The page says this',
  partly: 'The page says part of this',
  unsupported: 'The page does not say this',
};

export type Answer = Schemas['TutorAnswer'];

/** Whose words an answer is of, where a language model was asked. */
export function wordedBy(answer: Pick<Answer, 'generator'>): string {
  if (answer.generator === undefined) return '';
  const { used, model, note } = answer.generator;
  return used ? `Worded by ${model}; each sentence was checked against its source.` : `These are the library’s own sentences: ${note}.`;
}

/** What has come of an answer that is streamed. */
export interface Partial extends Pick<Answer, 'sentences' | 'citations'> {
  /** Of the last event; 0 before the first. */
  sequence: number;
  /** An event between two of these was lost: the whole answer has it. */
  gap: boolean;
}

/** A question and what has come of it so far. */
export interface Turn {
  question: string;
  answer?: Answer;
  partial?: Partial;
  /** What had come before the answer broke off and was asked for again; shown until as much has come anew. */
  before?: Partial;
  error?: { status: number; message: string };
}

export const isOpen = (turn: Turn): boolean => turn.answer === undefined && turn.error === undefined;

/** A turn after one more event of its stream. */
export function received(turn: Turn, event: { name: string; data: string }): Turn {
  switch (event.name) {
    case 'sentence': {
      const part = JSON.parse(event.data) as Answer & { sequence: number };
      const { sentences, citations, sequence, gap } = turn.partial ?? { sentences: [], citations: [], sequence: 0, gap: false };
      if (part.sequence <= sequence) return turn; // it came twice
      const partial = { sentences: [...sentences, ...part.sentences], citations: [...citations, ...part.citations], sequence: part.sequence, gap: gap || part.sequence > sequence + 1 };
      return { ...turn, partial };
    }
    case 'done': {
      const answer = JSON.parse(event.data) as Answer & { sequence?: number };
      delete answer.sequence;
      return { question: turn.question, answer };
    }
    case 'error': {
      const { code, message } = problemSentence(500, JSON.parse(event.data));
      return { ...turn, error: { status: Number(code) || 500, message } };
    }
    default:
      return turn;
  }
}

/** A turn whose answer broke off, to be asked for again from its beginning. */
export function resumed(turn: Turn): Turn {
  const before = shown(turn);
  return before === undefined ? { question: turn.question } : { question: turn.question, before };
}

/** The sentences of an answer that isn't whole: those that came before it broke off, until as many have come anew. */
export function shown(turn: Turn): Partial | undefined {
  const { partial, before } = turn;
  return (partial?.sentences.length ?? 0) >= (before?.sentences.length ?? 0) ? partial : before;
}

/** What was said before, for a question that leans on it. */
export function historyOf(turns: readonly Turn[]): { question: string; answer: string }[] {
  return turns.flatMap(({ question, answer }) => (answer === undefined ? [] : [{ question, answer: answer.answer.slice(0, 8000) }])).slice(-8);
}

/** The question as the tutor read it, where the conversation added to it. */
export function readAs(turn: Turn): string {
  const asked = turn.answer?.question ?? '';
  return asked === '' || asked.trim() === turn.question.trim() ? '' : asked;
}

const isTurns = (value: unknown): value is Turn[] => Array.isArray(value) && value.every((one) => isRecord(one) && typeof one.question === 'string');

/** The conversation that belongs to an address, as it was left in this tab: a citation was opened, and one came back. */
export function keptTurns(store: Pick<Storage, 'getItem'>, asked: string): Turn[] {
  try {
    const value: unknown = JSON.parse(store.getItem('gw.ask') ?? '');
    return isRecord(value) && value.asked === asked && isTurns(value.turns) ? value.turns : [];
  } catch {
    return [];
  }
}

export function keepTurns(store: Pick<Storage, 'setItem'>, asked: string, turns: readonly Turn[]): void {
  try {
    store.setItem('gw.ask', JSON.stringify({ asked, turns: turns.filter((turn) => turn.answer !== undefined) }));
  } catch {
    // Not remembered.
  }
}

import type { Schemas } from '../../api/client';

export type Item = Schemas['Item'];
export type Answer = Schemas['Answer'];

/** What the learner has put down and not yet answered; kept in this browser by attempt. */
export type Draft = string | string[] | Record<string, string>;
export type Drafts = Record<string, Draft>;

export function emptyDraft(item: Item): Draft {
  switch (item.kind) {
    case 'multiple': return [];
    case 'ordering': return (item.options ?? []).map((option) => option.id);
    case 'matching': return {};
    default: return '';
  }
}

/** The draft of an item, or an empty one where what was kept does not fit the item any more. */
export function draftOf(item: Item, drafts: Drafts): Draft {
  const kept = drafts[item.id];
  const ids = new Set((item.options ?? []).map((option) => option.id));
  switch (item.kind) {
    case 'single': return typeof kept === 'string' && ids.has(kept) ? kept : '';
    case 'multiple': return Array.isArray(kept) ? kept.filter((id) => ids.has(id)) : [];
    case 'ordering': return Array.isArray(kept) && kept.length === ids.size && kept.every((id) => ids.has(id)) ? kept : emptyDraft(item);
    case 'matching': return typeof kept === 'object' && !Array.isArray(kept) ? kept : {};
    default: return typeof kept === 'string' ? kept : '';
  }
}

/** "0,5", "1 000" and "−3" are numbers that people write; "1e-3" and "3/4" too. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(/[\u2212\u2013]/g, '-').replace(/[\s\u00a0\u202f_]/g, '');
  const normal = /^-?\d+,\d+$/.test(plain) ? plain.replace(',', '.') : plain;
  const fraction = /^(-?\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(normal);
  if (fraction !== null) return Number(fraction[2]) === 0 ? undefined : Number(fraction[1]) / Number(fraction[2]);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(normal)) return undefined;
  const value = Number(normal);
  return Number.isFinite(value) ? value : undefined;
}

/** The answer to send, or what is still missing. */
export function toAnswer(item: Item, draft: Draft): { answer: Answer } | { missing: string } {
  switch (item.kind) {
    case 'single':
      return typeof draft === 'string' && draft !== '' ? { answer: draft } : { missing: 'Choose one option.' };
    case 'multiple':
      return Array.isArray(draft) && draft.length > 0 ? { answer: draft } : { missing: 'Choose at least one option.' };
    case 'numeric': {
      if (typeof draft !== 'string' || draft.trim() === '') return { missing: 'Write a number.' };
      const value = parseNumber(draft);
      return value === undefined ? { missing: `Expected a number such as 12.5, found “${draft.trim()}”.` } : { answer: value };
    }
    case 'ordering':
      return Array.isArray(draft) ? { answer: draft } : { missing: 'Put the steps in order.' };
    case 'matching': {
      const pairs = typeof draft === 'object' && !Array.isArray(draft) ? draft : {};
      const open = (item.lefts ?? []).filter((left) => !pairs[left.id]).length;
      return open === 0 ? { answer: pairs } : { missing: open === 1 ? 'One entry has no partner yet.' : `${open} entries have no partner yet.` };
    }
    default:
      return typeof draft === 'string' && draft.trim() !== '' ? { answer: item.kind === 'predict' ? draft.replace(/\n+$/, '') : draft.trim() } : { missing: 'Write your answer.' };
  }
}

/** A list with one entry moved by a step; the same list when it can't move further. */
export function move(list: string[], index: number, step: -1 | 1): string[] {
  const target = index + step;
  if (index < 0 || index >= list.length || target < 0 || target >= list.length) return list;
  const moved = [...list];
  [moved[index], moved[target]] = [moved[target] as string, moved[index] as string];
  return moved;
}

/** A digit (1-9) or letter (a-i) as the place of an option. */
export function placeOfKey(key: string, length: number): number | undefined {
  const place = /^[1-9]$/.test(key) ? Number(key) - 1 : /^[a-i]$/i.test(key) ? key.toLowerCase().charCodeAt(0) - 97 : -1;
  return place >= 0 && place < length ? place : undefined;
}

export const letterOf = (index: number): string => String.fromCharCode(65 + index);

/** The first item without an answer, looking from a place on and then from the start. */
export function nextOpen(items: Item[], from = 0): number | undefined {
  for (let step = 0; step < items.length; step += 1) {
    const index = (from + step) % items.length;
    if (!items[index]?.answered) return index;
  }
  return undefined;
}

export function toggle(list: string[], id: string): string[] {
  return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
}

/** Where the attempt stands, in words. */
export function progressText(attempt: Pick<Schemas['Attempt'], 'items' | 'planned' | 'maximum'>): string {
  const answered = attempt.items.filter((item) => item.answered).length;
  const drawn = attempt.items.length;
  const more = attempt.maximum > drawn ? `, at most ${attempt.maximum}` : '';
  return `${answered} of ${drawn} answered${more}`;
}

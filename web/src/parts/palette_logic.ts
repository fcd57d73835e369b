import type { Schemas } from '../api/client';
import { hrefOfPassage } from '../pages/ask/logic';

type Found = Schemas['SearchHits'];
type Hit = Found['hits'][number];
type Marked = Schemas['MarkedText'];

/** One line to choose. */
export interface Target {
  key: string;
  href: string;
  title: Marked;
  snippet: Marked;
  why: string;
}

const plain = (text: string): Marked => [{ text, hit: false }];

const pages: [href: string, name: string, what: string][] = [
  ['/', 'Today', 'the one next thing'],
  ['/roadmap', 'Roadmap', 'every module and its state'],
  ['/gates', 'Gates', 'what is missing, and what would prove it'],
  ['/projects', 'Projects', 'what you build, measured'],
  ['/kpis', 'KPIs', 'the numbers, week by week'],
  ['/week', 'Weekly review', 'five questions and two stories'],
  ['/plan', 'Plan', 'the calendar'],
  ['/history', 'History', 'what you did, fact by fact'],
  ['/ask', 'Ask', 'answers with their sources'],
  ['/tokens', 'Tokens', 'counts, pieces and a budget'],
];

/** Pages whose name begins with what is typed; all of them before anything is. */
export function pageTargets(typed: string): Target[] {
  const wanted = typed.trim().toLowerCase();
  return pages
    .filter(([, name]) => name.toLowerCase().startsWith(wanted))
    .map(([href, name, what]) => ({ key: href, href, title: plain(name), snippet: [], why: what }));
}

const kinds: Record<string, string> = { explainer: 'Explainer', remedial: 'Remedial', interview: 'Interview pack' };

/** Why a passage is there: the words of the query that it has, as they were corrected, or none of them. */
export function whyOf(hit: Pick<Hit, 'kind' | 'words'>, corrected: Found['corrected'] = {}): string {
  const words = hit.words.map((word) => corrected[word] ?? word);
  return `${kinds[hit.kind] ?? 'Page'}, ${words.length > 0 ? `has ${words.join(', ')}` : 'near in meaning'}`;
}

export function hitTargets(found: Pick<Found, 'hits' | 'corrected'>): Target[] {
  return found.hits.map((hit) => ({ key: hit.id, href: hrefOfPassage(hit), title: hit.title_parts, snippet: hit.snippet, why: whyOf(hit, found.corrected) }));
}

export function askTarget(typed: string): Target {
  return { key: 'ask', href: `/ask?${new URLSearchParams({ q: typed.trim() }).toString()}`, title: plain(`Ask: ${typed.trim()}`), snippet: [], why: 'an answer with its sources' };
}

/** What was looked for instead, and what is nowhere; empty when all was found as it was typed. */
export function noticeOf(found: Pick<Found, 'hits' | 'corrected' | 'unknown'>): string {
  const corrected = Object.entries(found.corrected).map(([typed, word]) => `“${word}” for “${typed}”`);
  const said = corrected.length > 0 ? [`Looked for ${corrected.join(' and ')}.`] : [];
  if (found.hits.length === 0) said.push('Nothing found.');
  else if (found.hits.every((hit) => hit.words.length === 0)) said.push('No page has these words; these are nearest in meaning.');
  else if (found.unknown.length > 0) said.push(`No page has ${found.unknown.map((word) => `“${word}”`).join(', ')}.`);
  return said.join(' ');
}

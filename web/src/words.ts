import type { Schemas } from './api/client';

type Action = Schemas['Action'];
type ModuleStatus = Schemas['ModuleStatus'];

/** The mark, colour and words of a module's status. The words carry the meaning; colour and mark repeat it. */
export interface StatusLook {
  label: string;
  tone: 'done' | 'act' | 'due' | 'stop' | 'rest';
  mark: 'full' | 'half' | 'open' | 'diamond' | 'bar' | 'lock' | 'dashed';
}

const looks: Record<ModuleStatus, StatusLook> = {
  outline: { label: 'Outline', tone: 'rest', mark: 'dashed' },
  locked: { label: 'Locked', tone: 'rest', mark: 'lock' },
  available: { label: 'Open', tone: 'act', mark: 'open' },
  'in-progress': { label: 'In progress', tone: 'act', mark: 'half' },
  'lab-due': { label: 'Lab due', tone: 'due', mark: 'diamond' },
  'remedial-due': { label: 'Remedial due', tone: 'due', mark: 'diamond' },
  'retest-due': { label: 'Re-test due', tone: 'due', mark: 'diamond' },
  'recap-due': { label: 'Recap due', tone: 'due', mark: 'diamond' },
  'review-due': { label: 'Review due', tone: 'due', mark: 'diamond' },
  blocked: { label: 'Blocked', tone: 'stop', mark: 'bar' },
  complete: { label: 'Complete', tone: 'done', mark: 'full' },
};

export function lookOf(status: ModuleStatus): StatusLook {
  return looks[status];
}

/** The page of an action; the server's own address for it goes first. */
export function hrefOf(action: Action): string | undefined {
  if (action.href?.startsWith('/') && !action.href.startsWith('//')) return action.href;
  const module = action.module_id ?? action.target;
  switch (action.kind) {
    case 'choose-pace': return '/welcome';
    case 'read': return `/explainers/${action.target}`;
    case 'lab': return `/labs/${action.target}`;
    case 'remedial': return `/remedials/${action.target}`;
    case 'quiz':
    case 'retest':
    case 'mastery':
    case 'recap': return module === '' ? undefined : `/modules/${module}/quiz`;
    case 'review': return module === '' ? undefined : `/modules/${module}/review`;
    case 'done': return '/roadmap';
    default: return action.module_id ? `/modules/${action.module_id}` : undefined;
  }
}

const verbs: Record<Action['kind'], string> = {
  'choose-pace': 'Choose your pace',
  read: 'Read',
  quiz: 'Take the quiz',
  retest: 'Take the re-test',
  lab: 'Open the lab',
  remedial: 'Work through the remedial',
  recap: 'Take the recap',
  review: 'Write the review',
  'root-cause': 'Write the report',
  measure: 'Open the project',
  mastery: 'Take the mixed check',
  evidence: 'Open the gate',
  'weekly-review': 'Write the review',
  wait: 'Open the module',
  done: 'See the roadmap',
};

export const verbOf = (action: Action): string => verbs[action.kind];

/** "79.5 %"; never rounded up to a mark that was not reached. */
export function percentOf(score: Schemas['Fraction'] | null | undefined): string {
  if (!score) return '';
  const tenths = Math.floor((score.numerator * 1000) / score.denominator) / 10;
  return `${Number.isInteger(tenths) ? tenths.toFixed(0) : tenths.toFixed(1)} %`;
}

export function minutesText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

export const hoursText = (hours: number): string => `${Number(hours.toFixed(2))} h`;

const purposes: Record<Schemas['Purpose'], string> = {
  module: 'Quiz',
  retest: 'Re-test',
  remedial: 'Remedial check',
  recap: 'Recap',
  mastery: 'Mixed check',
  'test-out': 'Test-out quiz',
  practice: 'Practice',
};

export const purposeText = (purpose: Schemas['Purpose']): string => purposes[purpose];

export const verdicts: Record<Schemas['Verdict'], { label: string; tone: StatusLook['tone']; sentence: string }> = {
  PASS: { label: 'Pass', tone: 'done', sentence: 'Every test passed.' },
  FAIL: { label: 'Fail', tone: 'stop', sentence: 'Some tests failed.' },
  TIMEOUT: { label: 'Time limit', tone: 'due', sentence: 'The program reached its time limit.' },
  OUT_OF_MEMORY: { label: 'Memory limit', tone: 'due', sentence: 'The program reached its memory limit.' },
  INFRASTRUCTURE: { label: 'Our fault', tone: 'rest', sentence: 'The platform failed, not your code. This run does not count.' },
  INVALID: { label: 'Invalid test', tone: 'rest', sentence: 'A test of ours was wrong. This run does not count.' },
  CANCELLED: { label: 'Cancelled', tone: 'rest', sentence: 'You cancelled the run. Nothing was recorded.' },
};

const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A calendar date such as 2026-11-23 as local midnight: it has no time zone. */
export const dateOf = (text: string): Date => new Date(`${text.slice(0, 10)}T00:00:00`);
export const dayText = (text: string): string => day.format(dateOf(text));
export const longDayText = (date: Date): string => longDay.format(date);
export const momentText = (text: string): string => `${day.format(new Date(text))}, ${time.format(new Date(text))}`;
export const timeText = (text: string): string => time.format(new Date(text));

/** "1 module", "3 modules". */
export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** A text of the server as a sentence of its own: a capital first, except of a name such as ndcg@10, and a stop last. */
export function sentence(text: string): string {
  if (text === '') return '';
  const begun = /^\S*[_@\d]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

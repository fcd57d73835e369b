import type { Schemas } from '../../api/client';

type Module = Schemas['Module'];

/** Reading and labs with what is known of each, and what a mark needs. */
export function readingMinutes(module: Module): number {
  return module.explainers.reduce((sum, page) => sum + page.minutes, 0);
}

export type ReadState = 'unread' | 'begun' | 'read';

/** A page counts as read a little before its end: the sources need not be scrolled through. */
export function readState(fraction: number): ReadState {
  if (fraction >= 0.95) return 'read';
  return fraction > 0.02 ? 'begun' : 'unread';
}

/** How many labs passed, and whether the labs together reach the mark. */
export function labSummary(module: Module): { passed: number; total: number } {
  const states = new Map((module.state.labs ?? []).map((lab) => [lab.lab_id, lab]));
  const passed = module.labs.filter((lab) => (lab.state ?? states.get(lab.id))?.passed).length;
  return { passed, total: module.labs.length };
}

const testable: ReadonlySet<string> = new Set(['available', 'in-progress', 'lab-due', 'retest-due', 'recap-due', 'remedial-due', 'complete', 'review-due', 'blocked']);

/** Whether the page of the quiz has anything to offer; the server has the last word. */
export const canQuiz = (module: Module): boolean => module.complete && testable.has(module.state.status);

/** Pages of this program that are tools for a module's subject, by its tags. */
const tools: { tag: string; href: string; title: string; what: string }[] = [
  { tag: 'tokenization', href: '/tokens', title: 'Tokens', what: 'counts a text as a model cuts it, says what is lost, and plans a request' },
];
export const toolsOf = (tags: readonly string[]) => tools.filter((tool) => tags.includes(tool.tag));

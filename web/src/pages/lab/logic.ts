import type { Schemas } from '../../api/client';

type Lab = Schemas['Lab'];
type Run = Schemas['Run'];
type Test = Schemas['TestResult'];

export type Files = Record<string, string>;

/** What the editor begins with: a draft of this browser, else the last submission, else the starter. */
export function firstFiles(lab: Pick<Lab, 'files'>, draft: Files | undefined): Files {
  return Object.fromEntries(lab.files.map((file) => [file.path, draft?.[file.path] ?? file.latest ?? file.starter]));
}

/** "3 of 7 tests passed, 2 still to run" while it runs; the outcome afterwards. */
export function runSentence(run: Run): string {
  const passed = run.tests.filter((test) => test.status === 'pass').length;
  const open = run.tests.filter((test) => test.status === 'waiting' || test.status === 'running').length;
  if (run.status === 'queued') return 'Waiting for its turn.';
  if (run.tests.length === 0) return run.status === 'done' ? (run.message ?? '') : 'Preparing the sandbox.';
  const tests = `${passed} of ${run.tests.length} tests passed`;
  return run.status === 'done' || open === 0 ? `${tests}.` : `${tests}, ${open} still to run.`;
}

/** Failures first within what is done, in the order of the tests otherwise. */
export function groupTests(tests: Test[]): { name: string; tests: Test[] }[] {
  const groups: [string, Test['visibility']][] = [['Visible tests', 'visible'], ['Hidden tests', 'hidden'], ['Tests of the harder variant', 'harder']];
  return groups.flatMap(([name, visibility]) => {
    const own = tests.filter((test) => test.visibility === visibility);
    return own.length === 0 ? [] : [{ name, tests: own }];
  });
}

/** Seconds since a clock was started; nothing when it says something impossible. */
export function elapsed(startedAt: number, now: number): number | undefined {
  const seconds = Math.floor((now - startedAt) / 1000);
  return seconds >= 0 && seconds <= 86400 ? seconds : undefined;
}

export function clockText(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  lines: string[];
}

/** Long unchanged stretches are shortened to a few lines on either side of what changed. */
export function shorten(parts: DiffPart[], around = 3): DiffPart[] {
  return parts.map((part, index) => {
    const first = index === 0;
    const last = index === parts.length - 1;
    if (part.kind !== 'same' || part.lines.length <= 2 * around + 1) return part;
    const head = first ? [] : part.lines.slice(0, around);
    const tail = last ? [] : part.lines.slice(-around);
    const hidden = part.lines.length - head.length - tail.length;
    return { kind: 'same', lines: [...head, `… ${hidden} lines unchanged …`, ...tail] };
  });
}

/** "tests/test_cache.py::test_oldest_goes[LRU]" in words. */
export function testName(id: string): string {
  return (id.split('::').at(-1) ?? id).replace(/^test_/, '').replaceAll('_', ' ');
}

import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { clockText, elapsed, firstFiles, groupTests, runSentence, shorten, testName } from './logic';
import { isTexts } from '../../storage';

const test = (id: string, status: Schemas['TestResult']['status'], visibility: Schemas['TestResult']['visibility'] = 'visible'): Schemas['TestResult'] => ({ id, name: id, status, visibility });
const run = (status: Schemas['Run']['status'], tests: Schemas['TestResult'][]): Schemas['Run'] => ({ run_id: 'r', lab_id: 'l', mode: 'test', variant: 'standard', status, tests });

describe('the files of the editor', () => {
  const lab = { files: [{ path: 'a.py', starter: 'start', latest: null }, { path: 'b.py', starter: 'start', latest: 'sent' }] };
  it('begin with the last submission, or else the starter', () => {
    expect(firstFiles(lab, undefined)).toEqual({ 'a.py': 'start', 'b.py': 'sent' });
  });
  it('come back from a draft, and only those of the lab', () => {
    expect(firstFiles(lab, { 'a.py': 'mine', 'old.py': 'gone' })).toEqual({ 'a.py': 'mine', 'b.py': 'sent' });
  });
  it('are refused when storage holds something else', () => {
    expect(isTexts({ 'a.py': 3 })).toBe(false);
    expect(isTexts(['a'])).toBe(false);
    expect(isTexts({ 'a.py': '' })).toBe(true);
  });
});

describe('a run in words', () => {
  it('counts as it goes', () => {
    expect(runSentence(run('running', [test('1', 'pass'), test('2', 'running')]))).toBe('1 of 2 tests passed, 1 still to run.');
    expect(runSentence(run('done', [test('1', 'pass'), test('2', 'fail')]))).toBe('1 of 2 tests passed.');
    expect(runSentence(run('queued', []))).toBe('Waiting for its turn.');
  });
  it('is grouped by who may see the tests', () => {
    const groups = groupTests([test('h', 'fail', 'hidden'), test('v', 'pass')]);
    expect(groups.map((group) => group.name)).toEqual(['Visible tests', 'Hidden tests']);
  });
});

describe('the clock', () => {
  it('reads as minutes and seconds', () => {
    expect(clockText(65)).toBe('1:05');
    expect(clockText(3605)).toBe('1:00:05');
  });
  it('is not believed when it is impossible', () => {
    expect(elapsed(10_000, 5_000)).toBeUndefined();
    expect(elapsed(0, 90_000_000)).toBeUndefined();
    expect(elapsed(1_000, 61_500)).toBe(60);
  });
});

describe('a diff', () => {
  it('keeps a few lines around a change', () => {
    const lines = Array.from({ length: 20 }, (_, index) => String(index));
    const [before, change] = shorten([{ kind: 'same', lines }, { kind: 'added', lines: ['x'] }]);
    expect(before?.lines).toEqual(['… 17 lines unchanged …', '17', '18', '19']);
    expect(change?.lines).toEqual(['x']);
  });
});

it('names a test in words', () => {
  expect(testName('tests/test_cache.py::test_oldest_goes')).toBe('oldest goes');
});

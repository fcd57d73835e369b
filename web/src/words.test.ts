import { describe, expect, it } from 'vitest';
import { count, dateOf, hrefOf, lookOf, minutesText, percentOf, sentence } from './words';

describe('hrefOf', () => {
  const action = { title: '', why: '' };
  it('takes the address that the server gives', () => {
    expect(hrefOf({ ...action, kind: 'read', target: 'x', href: '/explainers/x#y' })).toBe('/explainers/x#y');
  });
  it('does not follow an address that leaves the origin', () => {
    expect(hrefOf({ ...action, kind: 'read', target: 'x', href: '//elsewhere.example/x' })).toBe('/explainers/x');
  });
  it('finds the page of each thing to do', () => {
    expect(hrefOf({ ...action, kind: 'lab', target: 'dsa-top-k-frequent' })).toBe('/labs/dsa-top-k-frequent');
    expect(hrefOf({ ...action, kind: 'retest', target: 'cache-design' })).toBe('/modules/cache-design/quiz');
    expect(hrefOf({ ...action, kind: 'review', target: '', module_id: 'cache-design' })).toBe('/modules/cache-design/review');
    expect(hrefOf({ ...action, kind: 'wait', target: '' })).toBeUndefined();
  });
});

describe('percentOf', () => {
  it('never rounds up to a mark that was not reached', () => {
    expect(percentOf({ numerator: 7996, denominator: 10000, percent: 79.96 })).toBe('79.9 %');
    expect(percentOf({ numerator: 4, denominator: 5, percent: 80 })).toBe('80 %');
  });
});

describe('a sentence', () => {
  it('has a capital and a stop, but leaves names as they are', () => {
    expect(sentence('nothing was measured')).toBe('Nothing was measured.');
    expect(sentence('ndcg@10 is 0.5.')).toBe('ndcg@10 is 0.5.');
    expect(sentence('error_rate is 1')).toBe('error_rate is 1.');
  });
});

describe('words', () => {
  it('gives each status a mark of its own tone', () => {
    expect(lookOf('complete').tone).toBe('done');
    expect(lookOf('retest-due').tone).toBe('due');
    expect(lookOf('outline').mark).toBe('dashed');
  });
  it('says durations and counts', () => {
    expect(minutesText(45)).toBe('45 min');
    expect(minutesText(90)).toBe('1 h 30 min');
    expect(minutesText(120)).toBe('2 h');
    expect(count(1, 'module')).toBe('1 module');
    expect(count(0, 'module')).toBe('0 modules');
  });
  it('reads a date without moving it by the time zone', () => {
    expect(dateOf('2026-11-23').getDate()).toBe(23);
  });
});

import { describe, expect, it } from 'vitest';
import { labSummary, readState, toolsOf } from './logic';

describe('readState', () => {
  it('takes a page as read when only its sources are left', () => {
    expect(readState(0.96)).toBe('read');
    expect(readState(0.5)).toBe('begun');
    expect(readState(0)).toBe('unread');
  });
});

describe('labSummary', () => {
  it('counts a lab as passed from either place that tells', () => {
    const state = (lab_id: string, passed: boolean) => ({ lab_id, passed, score: null });
    const lab = (id: string) => ({ id, title: id, kind: 'lab' as const, minutes: 1 });
    const module = { labs: [{ ...lab('a'), state: state('a', true) }, lab('b'), lab('c')], state: { labs: [state('b', true), state('c', false)] } };
    expect(labSummary(module as never)).toEqual({ passed: 2, total: 3 });
  });
});

describe('toolsOf', () => {
  it('finds a page of this program by a tag of the module', () => {
    expect(toolsOf(['cost', 'tokenization']).map((tool) => tool.href)).toEqual(['/tokens']);
    expect(toolsOf(['caching'])).toEqual([]);
  });
});

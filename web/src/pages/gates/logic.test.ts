import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { lackingText, lackOfEvidence } from './logic';

const metric = (state: 'met' | 'missed') => ({ state }) as Schemas['ProjectMetricState'];
const item = (kind: 'measured' | 'handed-in', satisfied: boolean, metrics: Schemas['ProjectMetricState'][] = []) => ({ kind, satisfied, metrics }) as Schemas['GateItem'];
const gate = { status: 'closed' as const, modules: [], modules_complete: 0, blocks: [] };

describe('a gate', () => {
  it('says what it waits for', () => {
    expect(lackingText({ ...gate, items: [item('measured', false, [metric('met'), metric('missed')]), item('handed-in', false)] })).toBe('Missing: 1 number, 1 piece of evidence.');
    expect(lackingText({ ...gate, items: [item('handed-in', true)] })).toBe('It waits for the gate before it.');
    expect(lackingText({ ...gate, status: 'open', items: [] })).toBe('Everything it asked for is there.');
  });
});

describe('evidence', () => {
  it('is what its kind promises', () => {
    expect(lackOfEvidence('link', 'javascript:alert(1)')).not.toBe('');
    expect(lackOfEvidence('link', 'https://example.com/report')).toBe('');
    expect(lackOfEvidence('commit', 'not a hash')).not.toBe('');
    expect(lackOfEvidence('commit', 'abcdef1')).toBe('');
  });
});

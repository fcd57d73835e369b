import { describe, expect, it } from 'vitest';
import { currentSection, outline, readFraction, worthPosting } from './logic';

describe('readFraction', () => {
  it('is the share above the lower edge of the window', () => {
    expect(readFraction({ top: -500, height: 2000 }, 500)).toBe(0.5);
  });
  it('stays between nothing and all', () => {
    expect(readFraction({ top: 900, height: 2000 }, 500)).toBe(0);
    expect(readFraction({ top: -5000, height: 2000 }, 500)).toBe(1);
    expect(readFraction({ top: 0, height: 0 }, 500)).toBe(0);
  });
});

describe('worthPosting', () => {
  it('is silent about going back and about small steps', () => {
    expect(worthPosting(0.5, 0.4)).toBe(false);
    expect(worthPosting(0.5, 0.52)).toBe(false);
  });
  it('tells of a step and of the end', () => {
    expect(worthPosting(0.5, 0.55)).toBe(true);
    expect(worthPosting(0.97, 1)).toBe(true);
    expect(worthPosting(1, 1)).toBe(false);
  });
});

describe('currentSection', () => {
  const tops = [{ anchor: 'a', top: -300 }, { anchor: 'b', top: 120 }, { anchor: 'c', top: 700 }];
  it('is the last heading that has come up to the upper third', () => {
    expect(currentSection(tops, 600)).toBe('b');
  });
  it('is the first section at the top of the page', () => {
    expect(currentSection([{ anchor: 'a', top: 500 }], 600)).toBe('a');
    expect(currentSection([], 600)).toBeUndefined();
  });
});

describe('outline', () => {
  it('leaves out the deepest headings', () => {
    expect(outline([{ level: 2, anchor: 'a', title: 'A' }, { level: 4, anchor: 'b', title: 'B' }]).map((entry) => entry.anchor)).toEqual(['a']);
  });
});

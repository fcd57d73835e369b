import { expect, it } from 'vitest';
import { projectLook, weeksText } from './logic';

it('says the weeks of a project as a range', () => {
  expect(weeksText([8, 7])).toBe('Weeks 7–8');
  expect(weeksText([3])).toBe('Week 3');
});

it('tells blocked from met by mark and words, not by colour alone', () => {
  expect(projectLook('blocked').mark).not.toBe(projectLook('met').mark);
  expect(projectLook('blocked').label).not.toBe(projectLook('met').label);
});

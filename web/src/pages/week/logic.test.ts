import { describe, expect, it } from 'vitest';
import { isDraft, lackOfAnswer, lackOfStory, noDraft, shareOf } from './logic';

const long = 'The index was slow because each query embedded the corpus again; I kept the matrix, measured, and p95 fell from 900 ms to 90 ms.';
const bank = { least_story: 120, stories: [{ story: 's1', title: 'The slow index', text: long, at: '', fact: 1, week: 1, versions: 1 }] };

describe('a weekly review', () => {
  it('asks for more than a word', () => {
    expect(lackOfAnswer('good', { least_answer: 20 })).toBe('16 more characters.');
    expect(lackOfAnswer('The cache lab, at last.', { least_answer: 20 })).toBe('');
  });

  it('asks a story of the bank for another text', () => {
    expect(lackOfStory({ story: 's1', title: 'The slow index', text: long }, bank)).toContain('as before');
    expect(lackOfStory({ story: 's1', title: 'The slow index', text: `${long} Recall stayed.` }, bank)).toBe('');
    expect(lackOfStory({ story: '', title: '', text: long }, bank)).toContain('title');
    expect(lackOfStory({ story: '', title: 'New', text: 'short' }, bank)).toContain('115 more');
  });

  it('takes a draft back that has its form, and nothing else', () => {
    const draft = noDraft(5);
    expect(isDraft(5)(JSON.parse(JSON.stringify(draft)))).toBe(true);
    expect(isDraft(4)(draft)).toBe(false);
    expect(isDraft(5)({ ...draft, answers: [1, 2, 3, 4, 5] })).toBe(false);
    expect(isDraft(5)({ ...draft, stories: [draft.stories[0]] })).toBe(false);
    expect(isDraft(5)({ ...draft, stories: [draft.stories[0], { story: 's1', title: 'Slow' }] })).toBe(false);
    expect(isDraft(5)(null)).toBe(false);
  });

  it('never shows more than the whole of what was planned', () => {
    expect(shareOf({ planned: 2, at_least: 5 })).toBe(1);
    expect(shareOf({ planned: 4, at_least: 1 })).toBe(0.25);
  });
});

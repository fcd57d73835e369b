import type { Schemas } from '../../api/client';
import { isRecord, isText } from '../../storage';

type Review = Schemas['WeeklyReview'];

export interface StoryDraft {
  story: string;
  title: string;
  text: string;
}

/** A review as it is being written. */
export interface ReviewDraft {
  answers: string[];
  stories: [StoryDraft, StoryDraft];
}

const noStory: StoryDraft = { story: '', title: '', text: '' };

export const noDraft = (questions: number): ReviewDraft => ({ answers: Array.from({ length: questions }, () => ''), stories: [noStory, noStory] });

const isStory = (value: unknown): value is StoryDraft => isRecord(value) && isText(value.story) && isText(value.title) && isText(value.text);

/** Whether it is a draft of a review with so many questions. */
export const isDraft = (questions: number) => (value: unknown): value is ReviewDraft =>
  isRecord(value)
  && Array.isArray(value.answers) && value.answers.length === questions && value.answers.every(isText)
  && Array.isArray(value.stories) && value.stories.length === 2 && value.stories.every(isStory);

const lengthOf = (text: string): number => [...text.trim()].length;

/** What is still lacking in an answer; empty when it will do. */
export function lackOfAnswer(text: string, review: Pick<Review, 'least_answer'>): string {
  const missing = review.least_answer - lengthOf(text);
  return missing > 0 ? `${missing} more characters.` : '';
}

/** What is still lacking in a story: a new one needs a title, one of the bank another text than before. */
export function lackOfStory(draft: StoryDraft, review: Pick<Review, 'least_story' | 'stories'>): string {
  if (draft.story === '' && draft.title.trim() === '') return 'A new story needs a title.';
  const missing = review.least_story - lengthOf(draft.text);
  if (missing > 0) return `${missing} more characters: the situation, what you did, what came out, with numbers.`;
  const before = review.stories.find((one) => one.story === draft.story);
  return before !== undefined && before.text.trim() === draft.text.trim() ? 'It reads as before, so it did not become stronger.' : '';
}

/** The share of planned time that the facts show, 0 to 1. */
export const shareOf = (kind: { planned: number; at_least: number }): number => (kind.planned <= 0 ? 0 : Math.min(1, kind.at_least / kind.planned));

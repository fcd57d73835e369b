import { describe, expect, it } from 'vitest';
import { isPlainClick, match } from './router';

describe('match', () => {
  it('names the parts of a path', () => {
    expect(match('/modules/:id/quiz', '/modules/cache-design/quiz')).toEqual({ id: 'cache-design' });
  });
  it('takes a closing slash', () => {
    expect(match('/roadmap', '/roadmap/')).toEqual({});
  });
  it('refuses a longer path', () => {
    expect(match('/modules/:id', '/modules/cache-design/quiz')).toBeUndefined();
  });
  it('refuses a broken escape instead of throwing', () => {
    expect(match('/modules/:id', '/modules/%E0%A4%A')).toBeUndefined();
  });
});

describe('isPlainClick', () => {
  const plain = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false, defaultPrevented: false };
  it('leaves a click for a new tab to the browser', () => {
    expect(isPlainClick(plain)).toBe(true);
    expect(isPlainClick({ ...plain, ctrlKey: true })).toBe(false);
    expect(isPlainClick({ ...plain, button: 1 })).toBe(false);
  });
});

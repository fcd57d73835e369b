import type { Schemas } from '../../api/client';

type Contents = Schemas['Page']['contents'];

/** How far a page was read: the share of its body that has passed the lower edge of the window. */
export function readFraction(body: { top: number; height: number }, windowHeight: number): number {
  if (body.height <= 0) return 0;
  return Math.min(1, Math.max(0, (windowHeight - body.top) / body.height));
}

/** Whether an advance is worth telling the server: five hundredths, or the end. */
export function worthPosting(known: number, now: number): boolean {
  return now > known && (now - known >= 0.05 || now >= 0.99);
}

/** The section on screen: the last heading above the upper third of the window. */
export function currentSection(tops: { anchor: string; top: number }[], windowHeight: number): string | undefined {
  let found: string | undefined;
  for (const { anchor, top } of tops) if (top <= windowHeight / 3) found = anchor;
  return found ?? tops[0]?.anchor;
}

/** Two levels are enough to find one's way. */
export const outline = (contents: Contents): Contents => contents.filter((entry) => entry.level <= 3 && entry.title !== '');

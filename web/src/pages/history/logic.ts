import type { Schemas } from '../../api/client';

type Fact = Schemas['Fact'];

/** Facts of several answers as one list, newest first, each once. */
export function merge(known: Fact[], more: Fact[]): Fact[] {
  const bySeq = new Map([...known, ...more].map((fact) => [fact.seq, fact]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

/** The kinds that occur, by how often; the most frequent first. */
export function kindsOf(facts: Fact[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const fact of facts) counts.set(fact.kind, (counts.get(fact.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
}

/** "quiz.finished" in words. */
export const kindText = (kind: string): string => {
  const words = kind.replace(/[._-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The fact that the address asks for. */
export function wantedFact(search: string): number | undefined {
  const text = new URLSearchParams(search).get('fact') ?? '';
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
}

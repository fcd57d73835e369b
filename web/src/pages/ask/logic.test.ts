import { describe, expect, it } from 'vitest';
import { askedIn, formulas, historyOf, hrefOfCitation, hrefOfPassage, isOpen, keepTurns, keptTurns, nearestPages, readAs, received, resumed, shown, sourcesOf, wordedBy, type Answer, type Turn } from './logic';

describe('the address of a citation', () => {
  it('is the page, the quote and the section', () => {
    const citation = {
      number: 1, id: 'explainer:hash-maps#3', title: 'Hash maps', quote: 'a & b', start: 0, end: 5, verdict: 'supported' as const, support: 1,
      source: { path: 'x.md', anchor: 'cost', sha256: '', start: 10, end: 15 },
    };
    expect(hrefOfCitation(citation)).toBe('/explainers/hash-maps?quote=a+%26+b#cost');
  });
  it('needs neither a section nor a quote', () => {
    expect(hrefOfPassage({ id: 'remedial:lru-order#1', anchor: '' })).toBe('/remedials/lru-order');
  });
});

describe('sources', () => {
  it('are named once each, with all that is cited of them', () => {
    const citation = (number: number, title: string) => ({ number, id: 'a#1', title, quote: '', start: 0, end: 0, verdict: 'supported' as const, support: 1 });
    expect(sourcesOf([citation(1, 'A'), citation(2, 'B'), citation(3, 'A')]).map((one) => [one.title, one.citations.map((each) => each.number)])).toEqual([['A', [1, 3]], ['B', [2]]]);
  });
});

describe('a sentence with formulas', () => {
  it('is cut at its dollar signs, and one alone is text', () => {
    expect(formulas('of size $k$ it').map((part) => part.tex)).toEqual([false, true, false]);
    expect(formulas('costs $5 a day')).toEqual([{ text: 'costs $5 a day', tex: false }]);
  });
});

describe('the nearest pages', () => {
  it('are named once each', () => {
    const passage = (id: string) => ({ id, anchor: '', title: id, text: '', path: '', score: 0 });
    expect(nearestPages([passage('a#1'), passage('b#1'), passage('a#2')]).map((one) => one.id)).toEqual(['a#1', 'b#1']);
  });
});

describe('the question in the address', () => {
  it('is trimmed, and empty where there is none', () => {
    expect(askedIn('?q=+why%3F+')).toBe('why?');
    expect(askedIn('')).toBe('');
  });
});

const answer = (text: string): Answer => ({ question: text, answer: text, sentences: [{ text, citations: [] }], citations: [], abstained: false, withheld: false, confidence: 1, passages: [] });

describe('whose words an answer is of', () => {
  const generator = { used: true, dropped: 1, model: 'small', note: '', prompt_tokens: 3, completion_tokens: 4 };
  it('is said where a model was asked, and why its words are not the answer', () => {
    expect(wordedBy({ ...answer('x'), generator })).toContain('Worded by small');
    expect(wordedBy({ ...answer('x'), generator: { ...generator, used: false, note: 'it is down' } })).toBe('These are the library’s own sentences: it is down.');
    expect(wordedBy(answer('x'))).toBe('');
  });
});

describe('a streamed answer', () => {
  const sentence = (text: string, sequence = 1) => ({ name: 'sentence', data: JSON.stringify({ ...answer(text), sequence }) });
  const texts = (turn: Turn) => shown(turn)?.sentences.map((one) => one.text);
  it('grows by a sentence at a time and ends with the whole', () => {
    let turn: Turn = { question: 'why?' };
    turn = received(received(turn, sentence('One.')), sentence('Two.', 2));
    expect(texts(turn)).toEqual(['One.', 'Two.']);
    expect(turn.partial?.gap).toBe(false);
    expect(isOpen(turn)).toBe(true);
    turn = received(turn, { name: 'done', data: JSON.stringify({ ...answer('One. Two.'), sequence: 3 }) });
    expect(turn).toEqual({ question: 'why?', answer: answer('One. Two.') });
  });
  it('knows of a sentence that was lost, and takes none twice', () => {
    const turn = received(received({ question: 'why?' }, sentence('One.')), sentence('Three.', 3));
    expect(turn.partial?.gap).toBe(true);
    expect(texts(received(turn, sentence('Three.', 3)))).toEqual(['One.', 'Three.']);
  });
  it('shows what had come before it broke off until as much has come again', () => {
    const broken = received(received({ question: 'why?' }, sentence('One.')), sentence('Two.', 2));
    let turn = resumed(broken);
    expect(isOpen(turn)).toBe(true);
    turn = received(turn, sentence('Uno.'));
    expect(texts(turn)).toEqual(['One.', 'Two.']);
    turn = received(turn, sentence('Due.', 2));
    expect(texts(turn)).toEqual(['Uno.', 'Due.']);
    expect(resumed({ question: 'why?' })).toEqual({ question: 'why?' });
  });
  it('keeps what had come when it breaks off', () => {
    const turn = received(received({ question: 'why?' }, sentence('One.')), { name: 'error', data: JSON.stringify({ detail: 'the disk is gone', code: 'DATA_LOSS' }) });
    expect(turn.error?.message).toBe('The disk is gone.');
    expect(turn.partial?.sentences).toHaveLength(1);
  });
});

describe('a conversation', () => {
  const turns: Turn[] = [{ question: 'a?', answer: answer('A.') }, { question: 'b?', error: { status: 0, message: 'gone' } }];
  it('hands on what was answered, eight turns at most', () => {
    expect(historyOf(turns)).toEqual([{ question: 'a?', answer: 'A.' }]);
    expect(historyOf(Array.from({ length: 12 }, (_, index) => ({ question: String(index), answer: answer('A.') })))).toHaveLength(8);
  });
  it('is there again for the address it belongs to, and for no other', () => {
    const kept = new Map<string, string>();
    const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    keepTurns(store, 'a?', turns);
    expect(keptTurns(store, 'a?')).toEqual([turns[0]]);
    expect(keptTurns(store, 'b?')).toEqual([]);
    kept.set('gw.ask', '{"asked": "a?", "turns": 7}');
    expect(keptTurns(store, 'a?')).toEqual([]);
  });
  it('says how a question that leans on it was read', () => {
    expect(readAs({ question: 'and then?', answer: answer('a? and then?') })).toBe('a? and then?');
    expect(readAs({ question: 'a?', answer: answer('a?') })).toBe('');
  });
});

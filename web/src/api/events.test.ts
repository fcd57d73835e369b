import { describe, expect, it } from 'vitest';
import { EventReader } from './events';

const stream = ': hello\n\nevent: sentence\ndata: {"a": 1}\n\nevent: done\r\ndata: one\r\ndata: two\r\n\r\nevent: empty\n\n';
const whole = [
  { name: 'sentence', data: '{"a": 1}' },
  { name: 'done', data: 'one\ntwo' },
];

describe('a stream of events', () => {
  it('is the same wherever it is cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const reader = new EventReader();
      expect([...reader.push(stream.slice(0, cut)), ...reader.push(stream.slice(cut))]).toEqual(whole);
    }
    const reader = new EventReader();
    expect([...stream].flatMap((character) => reader.push(character))).toEqual(whole);
  });
  it('keeps an event back that is not whole', () => {
    expect(new EventReader().push('event: done\ndata: x\n')).toEqual([]);
  });
});

/** One server-sent event. */
export interface ServerEvent {
  name: string;
  data: string;
}

/** Cuts a stream of text into events, however it arrives. Source: WHATWG HTML, section 9.2.6. */
export class EventReader {
  private pending = '';

  /** The events that are whole now. */
  push(text: string): ServerEvent[] {
    this.pending += text;
    const blocks = this.pending.split(/\r?\n\r?\n/);
    this.pending = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      let name = 'message';
      const data: string[] = [];
      for (const line of block.split(/\r?\n/)) {
        const colon = line.indexOf(':');
        if (colon <= 0) continue; // a comment, or a field without a value
        const value = line.slice(colon + 1).replace(/^ /, '');
        if (line.startsWith('event:')) name = value;
        if (line.startsWith('data:')) data.push(value);
      }
      return data.length === 0 ? [] : [{ name, data: data.join('\n') }];
    });
  }
}

/** More is not kept. */
const MAX_CHARACTERS = 64 << 10;

/** What user code prints on this thread, in place of the stream it would go to. */
export class PrintedText {
  #text = '';

  constructor() {
    for (const stream of [process.stdout, process.stderr]) {
      stream.write = ((chunk: unknown, ...rest: unknown[]) => {
        this.#add(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString());
        const done = rest.at(-1);
        if (typeof done === 'function') process.nextTick(done);
        return true;
      }) as typeof stream.write;
    }
  }

  /** What came since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #add(text: string): void {
    if (this.#text.length < MAX_CHARACTERS) this.#text += text.slice(0, MAX_CHARACTERS - this.#text.length);
  }
}

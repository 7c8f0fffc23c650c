import { type Delivery, type Encoder, rowToJson, type Sink, type Source } from 'parquetry';

/** Hands out texts of NDJSON, one a delivery, and ends. `settled` hears of each once its rows are durable. */
export function textSource(texts: readonly string[], settled: (id: string) => void): Source {
  const waiting = texts.map(
    (text, at): Delivery => ({
      id: `text-${at}`,
      receipt: `text-${at}`,
      body: new TextEncoder().encode(text),
      attributes: {},
      receiveCount: 1,
      receivedAtMs: Date.now(),
    }),
  );
  return {
    replay: 'ordered',
    createReader: async () => ({
      receive: async () => (waiting.length > 0 ? waiting.splice(0, 1) : undefined),
      close: async () => {},
    }),
    createSettler: async () => ({
      ack: async (ids) => {
        for (const id of ids) settled(id);
        return ids.map(() => 'done' as const);
      },
      nack: async (ids) => ids.map(() => 'done' as const),
      close: async () => {},
    }),
  };
}

/** A row a line, exact to the last digit. */
export const linesEncoder: Encoder = {
  extension: 'txt',
  contentType: 'text/plain; charset=utf-8',
  encode(batch) {
    let text = '';
    for (let row = 0; row < batch.length; row++) text += `${rowToJson(batch, row)}\n`;
    return { parts: [new TextEncoder().encode(text)], rows: batch.length, meta: new Uint8Array() };
  },
  assemble: (segments) => segments.flatMap(({ parts }) => parts),
};

/** Hands the text of each file to a function. As durable as that function is. */
export function callbackSink(receive: (text: string) => void): Sink {
  return {
    async write({ name, chunks, sizeBytes }) {
      const bytes: Uint8Array[] = [];
      for await (const chunk of chunks()) bytes.push(chunk);
      receive(Buffer.concat(bytes).toString());
      return { uri: `callback:${name}`, sizeBytes };
    },
    close: async () => {},
  };
}

/*
 * Messages whose rows can be told apart: each row carries a number that says of which message, record and output it is. Most are
 * of one record of about 1 KB, one in 25 is of a hundred records; every fourth record becomes two rows, in two partitions.
 */
const RECORDS_A_MESSAGE = 100;
/** Numbers that a message has room for. */
const ROOM = 2 * RECORDS_A_MESSAGE;
const MANY_EVERY = 25;

export const workloadInput = { id: 'int', pad: 'string' };

export const workloadTransform = `
  import { defineTransform, t } from 'parquetry';
  const row = (key, pad) => ({ key, pad, p: key % 2 });
  export default defineTransform({
    output: t.row({ key: t.int(), pad: t.string(), p: t.int() }),
    map: ({ id, pad }) => (id % 4 === 0 ? [row(2 * id, pad), row(2 * id + 1, pad)] : row(2 * id, pad)),
  });
`;

/** Records in the message of this number. */
export function recordsIn(message: number): number {
  return message % MANY_EVERY === 0 ? RECORDS_A_MESSAGE : 1;
}

/** The body of the message of this number: always the same, and unlike any other, so that no encoding makes it small. */
export function bodyOf(message: number): string {
  const records = recordsIn(message);
  const length = records > 1 ? 700 : 950;
  const lines = Array.from({ length: records }, (_, record) => {
    const id = message * RECORDS_A_MESSAGE + record;
    return JSON.stringify({ id, pad: `${id}-`.repeat(length / 2).slice(0, length) });
  });
  return lines.join('\n');
}

export interface Verdict {
  /** Rows that should be there and are not. */
  readonly missing: number;
  /** Rows that nobody sent. */
  readonly strange: number;
  /** Rows that are there more than once, and the messages they are of. */
  readonly doubled: number;
  readonly doubledMessages: number;
  /** Messages all of whose rows are there. */
  readonly wholeMessages: number;
}

/** Holds the keys found in files against those that messages 0 to `messages` - 1 must become. */
export function judge(messages: number, keys: Iterable<number>): Verdict {
  const counts = new Uint8Array(messages * ROOM);
  let strange = 0;
  for (const key of keys) {
    if (isExpected(key, messages)) counts[key] = Math.min(255, counts[key]! + 1);
    else strange++;
  }
  let missing = 0;
  let doubled = 0;
  const messagesDoubled = new Set<number>();
  const messagesCut = new Set<number>();
  for (let key = 0; key < counts.length; key++) {
    const count = counts[key]!;
    if (count > 1) {
      doubled++;
      messagesDoubled.add(Math.floor(key / ROOM));
    } else if (count === 0 && isExpected(key, messages)) {
      missing++;
      messagesCut.add(Math.floor(key / ROOM));
    }
  }
  const wholeMessages = messages - messagesCut.size;
  return { missing, strange, doubled, doubledMessages: messagesDoubled.size, wholeMessages };
}

function isExpected(key: number, messages: number): boolean {
  const id = Math.floor(key / 2);
  const message = Math.floor(id / RECORDS_A_MESSAGE);
  const isOutput = key % 2 === 0 || id % 4 === 0;
  return isOutput && message < messages && id % RECORDS_A_MESSAGE < recordsIn(message);
}

import { type Frame, isFrame } from './frames.ts';

/*
 * A frame as one binary message. All numbers are little-endian.
 *
 *   0      4      8                    8 + n, padded to 8
 *   | mark | n    | head: JSON, UTF-8  | attachment | padding to 8 | attachment | …
 *
 * The head is the frame, where what JSON has no word for is an object with the one key `$`:
 *   { "$": ["Int32Array", offset, length] }   elements at a byte offset, counted from the first attachment
 *   { "$": ["bigint", "9007199254740993"] }
 *   { "$": ["number", "NaN"] }                NaN, Infinity, -Infinity, -0
 *   { "$": ["undefined"] }                    in arrays; members of objects are left out
 *   { "$": ["object", { "$": 1 }] }           an object that has the key `$` itself
 */

/** "PQF1". Another layout gets another mark, so that an old page and a new engine part instead of misreading. */
const MARK = 0x31465150;
const HEAD_START = 8;
/** So that views of doubles and 64-bit integers can lie in the message. */
const ALIGNMENT = 8;
/** More is no data of ours: a cycle, or an attempt at the stack. */
const MAX_DEPTH = 64;

const arrayTypes = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};
type ArrayName = keyof typeof arrayTypes;
type TypedArray = InstanceType<(typeof arrayTypes)[ArrayName]>;

interface Attachments {
  readonly arrays: TypedArray[];
  sizeBytes: number;
}

/** The message of a frame. Throws a TypeError for values that are no plain data: functions, maps, cycles. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const attachments: Attachments = { arrays: [], sizeBytes: 0 };
  const head = new TextEncoder().encode(JSON.stringify(toHead(frame, attachments, 0)));
  const bodyStart = aligned(HEAD_START + head.length);
  const message = new Uint8Array(bodyStart + attachments.sizeBytes);
  const view = new DataView(message.buffer);
  view.setUint32(0, MARK, true);
  view.setUint32(4, head.length, true);
  message.set(head, HEAD_START);
  let at = bodyStart;
  for (const { buffer, byteOffset, byteLength } of attachments.arrays) {
    message.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return message;
}

/**
 * The frame of a message; undefined if it is none, whatever the bytes are. Typed arrays are views of the message where it is aligned,
 * as one that was received by itself is, and of a copy where it is not.
 */
export function decodeFrame(message: Uint8Array): Frame | undefined {
  try {
    const frame = decode(message.byteOffset % ALIGNMENT === 0 ? message : message.slice());
    return isFrame(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function decode(message: Uint8Array): unknown {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (view.getUint32(0, true) !== MARK) throw new RangeError('no mark');
  const headEnd = HEAD_START + view.getUint32(4, true);
  if (headEnd > message.length) throw new RangeError('the head is cut');
  const head = new TextDecoder('utf-8', { fatal: true }).decode(message.subarray(HEAD_START, headEnd));
  return fromHead(JSON.parse(head), message.subarray(Math.min(aligned(headEnd), message.length)), 0);
}

function toHead(value: unknown, attachments: Attachments, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : special('number', numberText(value));
    case 'bigint':
      return special('bigint', String(value));
    case 'undefined':
      return special('undefined');
    case 'object':
      if (value === null) return null;
      break;
    default:
      throw new TypeError(`a ${typeof value} cannot cross`);
  }
  if (depth === MAX_DEPTH) throw new TypeError(`data cannot cross that is nested deeper than ${MAX_DEPTH}`);
  if (ArrayBuffer.isView(value)) return attach(value, attachments);
  if (Array.isArray(value)) return Array.from(value, (item) => toHead(item, attachments, depth + 1));
  return objectToHead(value, attachments, depth);
}

function objectToHead(value: object, attachments: Attachments, depth: number): unknown {
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') throw new TypeError(`${tag.slice(8, -1)} cannot cross`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const plain = Object.fromEntries(entries.map(([key, item]) => [key, toHead(item, attachments, depth + 1)]));
  return Object.hasOwn(plain, '$') ? special('object', plain) : plain;
}

function attach(value: ArrayBufferView, attachments: Attachments): unknown {
  // Found by what it is, not by its constructor: Node's Buffer is a Uint8Array, and an array may come from another realm.
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (!Object.hasOwn(arrayTypes, name)) throw new TypeError(`${name} cannot cross`);
  const array = value as TypedArray;
  const offset = attachments.sizeBytes;
  attachments.arrays.push(array);
  attachments.sizeBytes += aligned(array.byteLength);
  return special(name, offset, array.length);
}

function fromHead(value: unknown, body: Uint8Array, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH + 1) throw new RangeError('nested too deeply');
  if (Array.isArray(value)) return value.map((item) => fromHead(item, body, depth + 1));
  if (Object.hasOwn(value, '$')) return fromSpecial((value as { $: unknown }).$, body, depth);
  return objectFromHead(value, body, depth);
}

/** By entries, not by assignment: a key `__proto__` stays a key. */
function objectFromHead(value: object, body: Uint8Array, depth: number): unknown {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromHead(item, body, depth + 1)]));
}

function fromSpecial(content: unknown, body: Uint8Array, depth: number): unknown {
  if (!Array.isArray(content)) throw new RangeError('no special value');
  const [name, first, second] = content as readonly unknown[];
  if (name === 'undefined') return undefined;
  if (name === 'bigint' && typeof first === 'string' && /^-?\d+$/.test(first)) return BigInt(first);
  if (name === 'number') return numberOf(first);
  if (name === 'object' && typeof first === 'object' && first !== null) return objectFromHead(first, body, depth);
  if (typeof name === 'string' && Object.hasOwn(arrayTypes, name)) {
    return detach(name as ArrayName, first, second, body);
  }
  throw new RangeError('no special value');
}

/** The constructor checks alignment; that it stays within the message is checked here, for its buffer may hold more. */
function detach(name: ArrayName, offset: unknown, length: unknown, body: Uint8Array): TypedArray {
  const type = arrayTypes[name];
  if (!isCount(offset) || !isCount(length)) throw new RangeError('no place of an attachment');
  if (offset + length * type.BYTES_PER_ELEMENT > body.length) throw new RangeError('an attachment is cut');
  return new type(body.buffer as ArrayBuffer, body.byteOffset + offset, length);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const special = (...content: readonly unknown[]) => ({ $: content });

const numberText = (value: number) => (Object.is(value, -0) ? '-0' : String(value));

function numberOf(text: unknown): number {
  if (text === '-0') return -0;
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text);
  throw new RangeError('no special number');
}

function aligned(sizeBytes: number): number {
  return Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
}

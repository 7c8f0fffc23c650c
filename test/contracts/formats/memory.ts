import type { ScannedBatch, Scanner, ScannerOptions } from '../../../engine/src/columns/format.ts';
import type { BadRecord } from '../../../engine/src/columns/record-batch.ts';
import { batchFromRows } from '../../../engine/src/columns/rows.ts';
import type { Value } from '../../../engine/src/columns/values.ts';
import type { Field, Schema } from '../../../engine/src/core/schema.ts';
import { type FormatSubject, type Said, schema } from '../format-subject.ts';

const MAX_NAMES = 1_000;
const REST: Field = { name: '_rest', type: { kind: 'json' }, optional: true };
const LINE = /[^\n]+/g;
const RECORD = /^\w+=[^&]*(&\w+=[^&]*)*$/;

interface Place {
  readonly delivery: number;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

type Row = { [name: string]: Value };

/** Lines of `id=1&name=x`, percent-encoded: the smallest format that keeps the contract, and in no hurry. */
class PairScanner implements Scanner {
  readonly schema: Schema;
  readonly #options: ScannerOptions;
  #rows: Row[] = [];
  #places: Place[] = [];
  #bad: BadRecord[] = [];
  #bodies: Uint8Array[] = [];
  #unknown = new Map<string, number>();

  constructor({ fields }: Schema, options: ScannerOptions) {
    this.schema = { fields: options.rest ? [...fields, REST] : fields };
    this.#options = options;
  }

  get rows(): number {
    return this.#rows.length;
  }

  add(body: Uint8Array): number {
    const delivery = this.#bodies.push(body) - 1;
    // One character a byte, so that offsets in the text are those in the body.
    const lines = [...Buffer.from(body).toString('latin1').matchAll(LINE)];
    lines.forEach(({ 0: text, index: start }, ordinal) => {
      this.#scan(text, { delivery, ordinal, start, end: start + text.length });
    });
    return lines.length;
  }

  take(): ScannedBatch {
    const column = (key: keyof Place) => Int32Array.from(this.#places, (place) => place[key]);
    const batch: ScannedBatch = {
      records: {
        rows: batchFromRows(this.schema.fields, this.#rows),
        delivery: column('delivery'),
        ordinal: column('ordinal'),
        start: column('start'),
        end: column('end'),
        bodies: this.#bodies,
      },
      bad: this.#bad,
      unknownKeys: this.#unknown,
    };
    [this.#rows, this.#places, this.#bad, this.#bodies, this.#unknown] = [[], [], [], [], new Map()];
    return batch;
  }

  #scan(text: string, place: Place): void {
    const { maxRecordBytes = Number.POSITIVE_INFINITY } = this.#options;
    const pairs = decode(text);
    if (text.length > maxRecordBytes) this.#refuse(place, 'too-large');
    else if (pairs === undefined) this.#refuse(place, 'malformed');
    else {
      const misfit = this.#misfitOf(pairs);
      if (misfit !== undefined) this.#refuse(place, 'misfit', misfit, pairs[misfit]);
      else this.#append(pairs, place);
    }
  }

  /** Name of a field whose value does not fit. */
  #misfitOf(pairs: Record<string, string>): string | undefined {
    const isInt = /^-?\d{1,16}$/.test(pairs.id!) && Number.isSafeInteger(Number(pairs.id));
    return isInt ? this.schema.fields.find(({ name, optional }) => !optional && !(name in pairs))?.name : 'id';
  }

  #append({ id, name, ...extra }: Record<string, string>, place: Place): void {
    for (const key of Object.keys(extra)) {
      const counted = this.#unknown.has(key) || this.#unknown.size < MAX_NAMES ? key : '*';
      this.#unknown.set(counted, (this.#unknown.get(counted) ?? 0) + 1);
    }
    const rest = Object.entries(extra).map(([key, value]) => [key, Number(value)]);
    const row: Row = { id: Number(id), name: name ?? null };
    if (this.#options.rest) row._rest = rest.length > 0 ? JSON.stringify(Object.fromEntries(rest)) : null;
    this.#rows.push(row);
    this.#places.push(place);
  }

  #refuse(place: Place, reason: BadRecord['reason'], field?: string, value?: string): void {
    const message = `${field ?? 'a record'} must be as declared, got ${JSON.stringify(value)}`;
    this.#bad.push({ ...place, offset: place.start, reason, message, field });
  }
}

function decode(text: string): Record<string, string> | undefined {
  if (!RECORD.test(text)) return undefined;
  try {
    return Object.fromEntries(text.split('&').map((pair) => pair.split('=').map(decodeURIComponent)));
  } catch {
    return undefined;
  }
}

/** The format as a subject; `spoil` breaks each scanner. */
export function memoryFormat(name: string, spoil: (scanner: Scanner) => Scanner = (scanner) => scanner): FormatSubject {
  return {
    name,
    malformed: 'no pairs',
    join: (records) => records.map((record) => `${record}\n`).join(''),
    write({ id, name: said, extra }: Said) {
      const pairs = Object.entries({ id, ...(said === undefined ? {} : { name: said }), ...extra });
      return pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
    },
    createScanner: async (options = {}, of = schema) => spoil(new PairScanner(of, { rest: false, ...options })),
  };
}

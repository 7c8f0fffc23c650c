import { type Document, isMap, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { parseTimestamp } from '../../core/calendar.ts';
import { ParquetryError } from '../../core/errors.ts';
import { type ExactJson, formatExactJson, isJsonObject } from '../../core/exact-json.ts';
import { exactFromYaml, exactYaml } from './yaml-json.ts';

/** One test: what goes in and what must come out. */
export interface TestCase {
  readonly name: string;
  readonly line: number;
  /** Position in its file, from 0. */
  readonly index: number;
  /** The body of a delivery: NDJSON. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What `ctx.now` says. */
  readonly nowMs: number;
  readonly expect?: Expectation;
}

export interface Expectation {
  readonly rows: readonly ExactJson[];
  /** Reasons, in order of the records. */
  readonly dropped: readonly string[];
  readonly failed: readonly ExpectedFailure[];
}

export interface ExpectedFailure {
  readonly reason: string;
  readonly field?: string;
  /** Must be contained in the message. */
  readonly message?: string;
}

export interface TestFile {
  /** Absolute path. */
  readonly file: string;
  readonly cases: readonly TestCase[];
  /** For rewriting in place. */
  readonly document: Document;
}

/** `ctx.now` of a case that does not say: the same always, so that rows are. */
const DEFAULT_NOW = '2026-01-01T00:00:00Z';

const failure = z.strictObject({ reason: z.string(), field: z.string().optional(), message: z.string().optional() });

const testCase = z.strictObject({
  name: z.string().min(1),
  input: z.custom<NonNullable<unknown>>(
    (value) => value !== undefined && value !== null,
    'must be a record, a list of records, or NDJSON text',
  ),
  attributes: z.record(z.string(), z.string()).default({}),
  now: z
    .string()
    .refine((text) => parseTimestamp(text) !== undefined, 'must be an ISO timestamp such as 2026-01-31T10:00:00Z')
    .default(DEFAULT_NOW),
  expect: z
    .strictObject({
      rows: z.array(z.unknown()).default([]),
      dropped: z.array(z.string()).default([]),
      failed: z.array(failure).default([]),
    })
    .optional(),
});

/** Reads the text of a test file. Throws E_CONFIG with file and line for the first mistake. */
export function parseTestFile(text: string, file: string): TestFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, ...exactYaml });
  const [error] = document.errors;
  const fail = (message: string, offset: number): never => {
    const { line, col } = lineCounter.linePos(offset);
    throw new ParquetryError('E_CONFIG', message, { file, line, column: col });
  };
  if (error) fail(error.message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, ''), error.pos[0]);
  const list = document.contents;
  if (!isSeq(list)) return fail('a test file must be a list of cases: - name: …', list?.range?.[0] ?? 0);
  const cases = list.items.map((item, index) => {
    const start = (item as { range?: [number, number, number] }).range?.[0] ?? 0;
    if (!isMap(item)) return fail('a case must have name, input and expect', start);
    const parsed = testCase.safeParse(plainCase(item, document));
    if (parsed.success) return toCase(parsed.data, item, { document, index, line: lineCounter.linePos(start).line });
    const [issue] = parsed.error.issues;
    const node = document.getIn([list.items.indexOf(item), ...(issue?.path ?? [])] as unknown[], true);
    return fail(messageOf(issue!), (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? start);
  });
  return { file, cases, document };
}

/** Everything but records as plain values; records are read exactly, from the nodes. */
function plainCase(item: YAMLMap, document: Document): Record<string, unknown> {
  return Object.fromEntries(item.items.map(({ key, value }) => [String(key), plain(value, document)]));
}

function plain(node: unknown, document: Document): unknown {
  return node === null ? null : (node as { toJS(document: Document): unknown }).toJS(document);
}

function toCase(
  data: z.output<typeof testCase>,
  item: YAMLMap,
  place: { document: Document; index: number; line: number },
): TestCase {
  const expected = item.get('expect');
  const rows = isMap(expected) ? exactFromYaml(expected.get('rows', true), place.document) : [];
  return {
    name: data.name,
    line: place.line,
    index: place.index,
    body: bodyOf(exactFromYaml(item.get('input', true), place.document)),
    attributes: data.attributes,
    nowMs: Number(parseTimestamp(data.now)! / 1_000_000n),
    expect: data.expect && { ...data.expect, rows: Array.isArray(rows) ? rows : [] },
  };
}

function bodyOf(input: ExactJson): string {
  if (typeof input === 'string') return input;
  const records = Array.isArray(input) && !isJsonObject(input) ? (input as readonly ExactJson[]) : [input];
  return records.map(formatExactJson).join('\n');
}

function messageOf(issue: z.core.$ZodIssue): string {
  const subject = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') return `${subject || 'a case'} has no key ${issue.keys.join(', ')}`;
  return `${subject || 'a case'}: ${issue.message}`;
}

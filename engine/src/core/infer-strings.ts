import { parseDate, parseTime, parseTimestamp } from './calendar.ts';
import { mergeNumberFacts, type NumberFacts, numberFacts } from './infer-numbers.ts';

/** What is known of all strings at one place: each flag says that every one of them is such a text. */
export interface StringFacts {
  /** Canonical: in lower case. */
  readonly uuid: boolean;
  readonly uuidInAnyCase: boolean;
  readonly date: boolean;
  readonly time: boolean;
  /** Date-times, with or without an offset. */
  readonly timestamp: boolean;
  /** Date-times that state their offset. */
  readonly zoned: boolean;
  /** Date-times that state none. */
  readonly unzoned: boolean;
  /** Most digits of a second's fraction, trailing zeros left out. */
  readonly fractionDigits: number;
  /** Every instant lies in the span that int64 nanoseconds reach. */
  readonly inNanoRange: boolean;
  /** Facts of the numbers that the strings spell, if all of them do. */
  readonly numbers?: NumberFacts;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d\d:\d\d:\d\d/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,9})?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*?(?:\.(\d+?)0*)?([Zz]|[+-]\d\d:?(?:\d\d)?)?$/;

// Whole microseconds are exact as a JavaScript number up to 2^53: the years 1684 to 2255.
const MAX_NANOS = BigInt(Number.MAX_SAFE_INTEGER) * 1000n;

/** Facts of one string. */
export function stringFacts(text: string): StringFacts {
  const dateTime = DATE_TIME.exec(text);
  const nanos = dateTime ? parseTimestamp(text) : undefined;
  const timestamp = nanos !== undefined && nanos <= MAX_NANOS && nanos >= -MAX_NANOS;
  return {
    uuid: UUID.test(text),
    uuidInAnyCase: UUID.test(text.toLowerCase()),
    date: DATE.test(text) && parseDate(text) !== undefined,
    time: TIME.test(text) && parseTime(text) !== undefined,
    timestamp,
    zoned: timestamp && dateTime?.[2] !== undefined,
    unzoned: timestamp && dateTime?.[2] === undefined,
    fractionDigits: timestamp ? (dateTime?.[1]?.length ?? 0) : 0,
    inNanoRange: timestamp && BigInt.asIntN(64, nanos) === nanos,
    numbers: NUMBER.test(text) ? numberFacts(text) : undefined,
  };
}

/** Whether nothing is left that further strings could change. */
export function isAnyText(facts: StringFacts): boolean {
  return !(facts.uuidInAnyCase || facts.date || facts.time || facts.timestamp || facts.numbers);
}

/** Facts of the strings of two sets together. */
export function mergeStringFacts(a: StringFacts, b: StringFacts): StringFacts {
  return {
    uuid: a.uuid && b.uuid,
    uuidInAnyCase: a.uuidInAnyCase && b.uuidInAnyCase,
    date: a.date && b.date,
    time: a.time && b.time,
    timestamp: a.timestamp && b.timestamp,
    zoned: a.zoned && b.zoned,
    unzoned: a.unzoned && b.unzoned,
    fractionDigits: Math.max(a.fractionDigits, b.fractionDigits),
    inNanoRange: a.inNanoRange && b.inNanoRange,
    numbers: a.numbers && b.numbers && mergeNumberFacts(a.numbers, b.numbers),
  };
}

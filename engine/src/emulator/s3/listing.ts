import { invalidArgument, s3Error } from './errors.ts';
import { atOrAfter, type Bound, pastPrefix, type SortedMap, strictlyAfter } from './keys.ts';

/** One line of a listing: a key, or all keys that share a prefix up to the delimiter. */
export type ListItem<V> = { kind: 'key'; key: string; value: V } | { kind: 'prefix'; prefix: string };

/** What to walk; `isBefore` excludes what earlier pages showed. */
export interface WalkQuery<V> {
  prefix: string;
  /** Empty: no grouping. */
  delimiter: string;
  isBefore?: Bound;
  /** Entries that fail it are invisible, to groups too. */
  isVisible?: (value: V) => boolean;
}

/** The group a key falls into, if any. */
export function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** Walks an index in key order. A group costs one search, however many keys it holds. */
export function* walk<V>(index: SortedMap<V>, query: WalkQuery<V>): Generator<ListItem<V>> {
  const { prefix, delimiter, isBefore, isVisible } = query;
  const start = atOrAfter(prefix);
  let bound: Bound | undefined = isBefore ? (key) => start(key) || isBefore(key) : start;
  while (bound) {
    const from = bound;
    bound = undefined;
    for (const [key, value] of index.from(from)) {
      if (!key.startsWith(prefix)) return;
      if (isVisible && !isVisible(value)) continue;
      const group = groupOf(key, prefix, delimiter);
      if (group === undefined) {
        yield { kind: 'key', key, value };
        continue;
      }
      yield { kind: 'prefix', prefix: group };
      bound = pastPrefix(group);
      break;
    }
  }
}

/** Up to `max` items and whether there are more. */
export function takePage<T>(items: Iterable<T>, max: number): { page: T[]; truncated: boolean } {
  const page: T[] = [];
  if (max === 0) return { page, truncated: false };
  for (const item of items) {
    if (page.length === max) return { page, truncated: true };
    page.push(item);
  }
  return { page, truncated: false };
}

/** Where the next page begins: after the last item of this one, which for a group means after all of its keys. */
export function resumeAfter(marker: string, prefix: string, delimiter: string): Bound {
  const group = groupOf(marker, prefix, delimiter);
  if (group !== undefined && marker.startsWith(prefix)) return pastPrefix(group);
  return strictlyAfter(marker);
}

/** The last name of a page, as markers give it. */
export function lastName<V>(page: readonly ListItem<V>[]): string | undefined {
  const last = page.at(-1);
  return last?.kind === 'prefix' ? last.prefix : last?.key;
}

/** An opaque continuation token. It says more than a name: "a/" as a key and as a group continue at different places. */
export function encodeToken(last: ListItem<unknown>): string {
  const name = last.kind === 'prefix' ? last.prefix : last.key;
  return Buffer.from(`${last.kind}:${name}`).toString('base64');
}

/** The bound a token stands for. Throws `InvalidArgument` for one that was not made here. */
export function decodeToken(token: string): Bound {
  const match = /^(key|prefix):(.*)$/s.exec(Buffer.from(token, 'base64').toString());
  if (!match) throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  const [, kind, name] = match;
  return kind === 'prefix' ? pastPrefix(name!) : strictlyAfter(name!);
}

/** Most entries of any listing page; larger wishes are cut down, as S3 does. */
const MAX_PAGE = 1000;

/** A `max-keys` and the like. */
export function parsePageSize(text: string | null, argument: string): number {
  if (text === null || text === '') return MAX_PAGE;
  if (!/^\d{1,10}$/.test(text)) {
    throw invalidArgument(`Argument ${argument} must be an integer between 0 and 2147483647`, argument, text);
  }
  return Math.min(Number(text), MAX_PAGE);
}

/** `url` or nothing. */
export function parseEncoding(text: string | null): 'url' | undefined {
  if (text === null || text === '') return undefined;
  if (text !== 'url') throw s3Error('InvalidArgument', { message: 'Invalid Encoding Method specified in Request' });
  return text;
}

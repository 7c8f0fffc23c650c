import { size } from '../../core/quantities.ts';
import { PROFILES } from '../../encoders/parquet/profiles.ts';
import type { ColumnProfile, EncodingTrial } from '../../protocol/profile.ts';
import { type AdviceFacts, percent, type Suggestion } from './advice.ts';

/** Below it another codec is not worth what readers and dashboards must get used to. */
const CODEC_GAIN = 0.15;
/** Below it nobody needs to say who reads. */
const READER_GAIN = 0.05;
/** Of the column, and of the file: below it the setting is not worth its line. */
const COLUMN_GAIN = 0.1;
const FILE_GAIN = 0.01;
/** What is read by readers that nobody named. */
const EVERYONES = new Set(['plain', 'dictionary', 'rle']);
/** Columns that are named; more would be read by nobody. */
const MAX_COLUMNS = 5;

/** Zstd where it is much smaller: of the codecs all readers have, the one that is both small and fast. */
export function codecAdvice({ measures, parquet }: AdviceFacts): Suggestion[] {
  const now = measures.codecs.find(({ isCurrent }) => isCurrent);
  const zstd = measures.codecs.find(({ codec }) => codec === 'zstd');
  if (!parquet || !now || !zstd) return [];
  const gain = 1 - zstd.bytes / now.bytes;
  if (gain <= CODEC_GAIN) return [];
  const columns = Object.values(parquet.options.columns).filter(({ compression }) => compression !== undefined);
  const beside = columns.length > 0 ? ` Columns with a codec of their own keep it.` : '';
  return [
    {
      id: 'codec',
      title: `zstd makes files ${percent(gain)} smaller than ${now.codec}`,
      why: `The samples take ${size(zstd.bytes)} in zstd and ${size(now.bytes)} in ${now.codec}, all columns encoded as they are.${beside}`,
      gain,
      setting: { title: 'Compress with zstd', path: [...parquet.path, 'compression'], value: 'zstd' },
    },
  ];
}

/** Who reads is for people to say: it takes no one click. */
export function readerAdvice({ measures: { named } }: AdviceFacts): Suggestion[] {
  if (!named) return [];
  const gain = 1 - named.bytes / named.genericBytes;
  if (gain < READER_GAIN) return [];
  return [
    {
      id: 'reader',
      title: `Files are ${percent(gain)} smaller if you say who reads them`,
      why: `The samples take ${size(named.genericBytes)} for any reader and ${size(named.bytes)} with parquet.reader set to athena, spark, trino or duckdb: columns get delta encodings then, which those read and some others do not.`,
      gain,
    },
  ];
}

/** Columns that another encoding makes much smaller, under the codec that they have. */
export function encodingAdvice({ measures, parquet }: AdviceFacts): Suggestion[] {
  if (!parquet) return [];
  const found = measures.columns.flatMap((column): Suggestion[] => {
    const better = betterEncoding(column);
    if (!better) return [];
    const { now, best } = better;
    const gain = (now.bytes - best.bytes) / measures.encodedBytes;
    if (gain < FILE_GAIN) return [];
    const setting = best.encoding === 'dictionary' ? { dictionary: true } : { encoding: best.encoding };
    const isForAll = EVERYONES.has(best.encoding) || PROFILES[parquet.options.reader].choosesEncodings;
    const caution = isForAll ? '' : ` Not every reader knows ${best.encoding}.`;
    return [
      {
        id: now.encoding === 'dictionary' ? 'dictionary' : 'encoding',
        title: titleOf(column.name, now, best),
        why: `${column.name} takes ${size(now.bytes)} as ${now.encoding} and ${size(best.bytes)} as ${best.encoding}, both in ${now.codec}; that is ${percent(gain)} of the file.${caution}`,
        gain,
        setting: {
          title: `Encode ${column.name} as ${best.encoding}`,
          path: [...parquet.path, 'columns', column.name],
          value: { ...kept(parquet.options.columns[column.name]), ...setting },
        },
      },
    ];
  });
  return found.sort((a, b) => b.gain - a.gain).slice(0, MAX_COLUMNS);
}

function betterEncoding({ trials }: ColumnProfile): { now: EncodingTrial; best: EncodingTrial } | undefined {
  const now = trials.find(({ isCurrent }) => isCurrent);
  if (!now) return undefined;
  const same = trials.filter(({ codec }) => codec === now.codec);
  const best = same.reduce((least, trial) => (trial.bytes < least.bytes ? trial : least), now);
  return best.bytes <= now.bytes * (1 - COLUMN_GAIN) ? { now, best } : undefined;
}

function titleOf(name: string, now: EncodingTrial, best: EncodingTrial): string {
  const gain = percent(1 - best.bytes / now.bytes);
  if (now.encoding === 'dictionary')
    return `The dictionary of ${name} does not pay: ${best.encoding} is ${gain} smaller`;
  return `${name} is ${gain} smaller as ${best.encoding} than as ${now.encoding}`;
}

/** What the column's settings say besides. */
function kept(options: { compression?: string; statistics?: string } | undefined): Record<string, string> {
  const { compression, statistics } = options ?? {};
  return { ...(compression !== undefined && { compression }), ...(statistics !== undefined && { statistics }) };
}

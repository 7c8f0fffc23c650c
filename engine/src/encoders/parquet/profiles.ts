import type { Type } from '../../core/schema.ts';
import type { Physical } from '../../parquet/metadata.ts';
import type { Codec, EncodingName, ReaderName } from './options.ts';

/** Why a reader cannot take a type, and what to declare instead. */
export interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

/** What a reader of the files can do. */
export interface ReaderProfile {
  readonly codecs: ReadonlySet<Codec>;
  readonly encodings: ReadonlySet<EncodingName>;
  /**
   * Whether columns get one of them unasked where that makes their pages smaller. Not where nobody said who reads: StarRocks, Velox,
   * Spark before 3.3 and others know plain values and dictionaries only.
   */
  readonly choosesEncodings: boolean;
  /** Physical types of which it reads byte-stream-split, where not of all that have it. */
  readonly splits?: readonly Physical[];
  /** Where a uuid cannot be read as 16 bytes it is stored as its canonical text. */
  readonly uuid: 'bytes' | 'text';
  /** Whether two names that differ in case alone are two columns. */
  readonly caseSensitive: boolean;
  refuse(type: Type): Refusal | undefined;
}

const ALL_CODECS = new Set<Codec>(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4']);
const ALL_ENCODINGS = new Set<EncodingName>([
  'plain',
  'rle',
  'delta',
  'delta-length',
  'delta-strings',
  'byte-stream-split',
]);
// Spark's vectorized reader stops at BYTE_STREAM_SPLIT (VectorizedColumnReader.getValuesReader); Athena and older Trino too.
const JVM_ENCODINGS = new Set<EncodingName>(['plain', 'rle', 'delta', 'delta-length', 'delta-strings']);
// Trino: "Codec not supported in Parquet" for BROTLI and LZ4_RAW (ParquetCompressionUtils); Athena is built on it.
const TRINO_CODECS = new Set<Codec>(['none', 'snappy', 'gzip', 'zstd']);
// Spark ships no Brotli codec; it reads LZ4_RAW since 3.5.
const SPARK_CODECS = new Set<Codec>(['none', 'snappy', 'gzip', 'zstd', 'lz4']);

const anything = () => undefined;

/** The readers by their name in a pipeline file. */
export const PROFILES: Readonly<Record<ReaderName, ReaderProfile>> = {
  generic: {
    codecs: ALL_CODECS,
    encodings: ALL_ENCODINGS,
    choosesEncodings: false,
    uuid: 'bytes',
    caseSensitive: true,
    refuse: anything,
  },
  // DuckDB 1.5: "BYTE_STREAM_SPLIT encoding is only supported for FLOAT or DOUBLE data"; its names ignore case.
  duckdb: {
    codecs: ALL_CODECS,
    encodings: ALL_ENCODINGS,
    choosesEncodings: true,
    splits: ['FLOAT', 'DOUBLE'],
    uuid: 'bytes',
    caseSensitive: false,
    refuse: anything,
  },
  trino: {
    codecs: TRINO_CODECS,
    encodings: JVM_ENCODINGS,
    choosesEncodings: true,
    uuid: 'bytes',
    caseSensitive: false,
    refuse: refuseUnsigned,
  },
  athena: {
    codecs: TRINO_CODECS,
    encodings: JVM_ENCODINGS,
    choosesEncodings: true,
    uuid: 'text',
    caseSensitive: false,
    refuse: athena,
  },
  // Spark: "Illegal Parquet type: FIXED_LEN_BYTE_ARRAY (UUID)".
  spark: {
    codecs: SPARK_CODECS,
    encodings: JVM_ENCODINGS,
    choosesEncodings: true,
    uuid: 'text',
    caseSensitive: false,
    refuse: spark,
  },
};

/** Athena's tables have Hive's types: no time of day, timestamps of milliseconds, signed integers. */
function athena(type: Type): Refusal | undefined {
  if (type.kind === 'time') {
    return { reason: 'Athena has no type for a time of day', hint: 'Declare it as string or as int (microseconds).' };
  }
  return refuseNanoseconds(type, 'Athena reads timestamps up to microseconds') ?? refuseUnsigned(type);
}

/** Spark reads unsigned integers into the next wider type, uint64 as decimal(20, 0); see ParquetSchemaConverter.scala. */
function spark(type: Type): Refusal | undefined {
  if (type.kind === 'time') {
    return {
      reason: 'Spark before 4.1 has no type for a time of day',
      hint: 'Declare it as string or as int (microseconds).',
    };
  }
  // SPARK-40819: "Illegal Parquet type: INT64 (TIMESTAMP(NANOS,true))".
  return refuseNanoseconds(type, 'Spark reads timestamps up to microseconds');
}

function refuseNanoseconds(type: Type, reason: string): Refusal | undefined {
  if (type.kind !== 'timestamp' || type.unit !== 'ns') return undefined;
  return { reason, hint: 'Declare it as timestamp, or set nanoseconds: truncate.' };
}

/** Trino reads INT32 and INT64 as signed whatever their annotation: large values would come out negative. */
function refuseUnsigned(type: Type): Refusal | undefined {
  if (type.kind === 'uint32') return { reason: 'Trino reads it as signed', hint: 'Declare it as int64 or int.' };
  if (type.kind === 'uint64') return { reason: 'Trino reads it as signed', hint: 'Declare it as decimal(20, 0).' };
  return undefined;
}

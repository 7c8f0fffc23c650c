import { crc32 } from 'node:zlib';
import type { Dictionary } from '../../../columns/column.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { ENCODING, KIND, STATE } from '../../../kernel/pages.ts';
import type { CompactWriter } from '../../../parquet/compact-writer.ts';
import { BloomHashes } from './bloom-hashes.ts';
import type { BodyCodec, Words } from './body-codec.ts';
import { type Bounds, cutBounds } from './bounds.ts';
import { EncodingChoice, SAMPLE_VALUES } from './encoding-choice.ts';
import type { LeafPlan } from './leaf-plan.ts';
import {
  type BodySizes,
  type DataPage,
  writeDataHeader,
  writeDataHeaderV2,
  writeDictionaryHeader,
} from './page-format.ts';
import type { PageStore } from './page-store.ts';
import { Remap } from './remap.ts';

/** At most this many rows a page, as parquet-mr and parquet-rs have it, for readers skip by pages; of dictionary indices twice as many. */
const MAX_PAGE_ROWS = 20_000;

/** Entries of a page on which it is tried how indices compress: a smaller one tells too little, or is all there is. */
const MIN_TRIAL_ENTRIES = 16_384;

/** Indices of whole bytes are worth it where the page is smaller by so much: readers have more to unpack. */
const WORTH_BYTES = 0.95;

/** Memory of a column beside its values: objects here, the state in the kernel. */
const FIXED_BYTES = 1024;

/** A page, as it will lie in the file, and what metadata says of it. */
export interface WrittenPage {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly nulls: number;
  readonly values: number;
  /** Absent if it holds nothing that compares, or nobody asked. */
  readonly bounds: Bounds | undefined;
}

/** A column chunk that is complete. */
export interface WrittenColumn {
  readonly dictionary: Uint8Array | undefined;
  readonly pages: readonly WrittenPage[];
  /** Values and nulls. */
  readonly entries: number;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
  /** With its header. */
  readonly bloomFilter: Uint8Array | undefined;
  /** Data pages of each encoding, by its number. */
  readonly pagesByEncoding: readonly number[];
}

export interface ColumnSettings {
  readonly plan: LeafPlan;
  readonly codec: BodyCodec;
  readonly pageVersion: 1 | 2;
  readonly dataPageSize: number;
}

/** A column of an open row group: its open page and dictionary are in the kernel, finished pages here. */
export class ColumnWriter {
  readonly #kernel: Kernel;
  readonly #header: CompactWriter;
  readonly #settings: ColumnSettings;
  /** Its ColumnState in the kernel. */
  readonly state: number;
  readonly #remap: Remap;
  readonly #bloom: BloomHashes | undefined;
  readonly #store: PageStore;
  readonly #choice: EncodingChoice;
  #pages: WrittenPage[] = [];
  #pagesByEncoding = noPages();
  #entries = 0;
  #uncompressedBytes = 0;
  #compressedBytes = 0;
  /** What pages would take if they were ended as they lie open: by it the size of the open one is foreseen. */
  #openedBytes = 0;
  /** Of what width indices were tried last; 0: of none. */
  #triedBytes = 0;

  /** `header` is scratch; finished pages go to `store`, which whoever has it releases. */
  constructor(kernel: Kernel, header: CompactWriter, store: PageStore, settings: ColumnSettings) {
    this.#kernel = kernel;
    this.#header = header;
    this.#settings = settings;
    this.#remap = new Remap(kernel);
    this.#store = store;
    this.state = kernel.allocate(kernel.exports.stateBytes());
    kernel.bytes.fill(0, this.state, this.state + kernel.exports.stateBytes());
    const { plan, dataPageSize } = settings;
    this.#bloom = plan.bloomFpp === undefined ? undefined : new BloomHashes(kernel, this.state, plan.bloomFpp);
    this.#set(STATE.kind, plan.kind);
    this.#set(STATE.width, plan.width);
    this.#set(STATE.unsigned, plan.unsigned ? 1 : 0);
    this.#set(STATE.maxDefinition, plan.maxDefinition);
    this.#set(STATE.maxRepetition, plan.maxRepetition);
    this.#set(STATE.pageBytes, dataPageSize);
    this.#set(STATE.pageRows, MAX_PAGE_ROWS);
    this.#set(STATE.policy, plan.policy);
    this.#choice = new EncodingChoice(plan.encodings, (encoding) => this.#sampleBytes(encoding));
    this.#set(STATE.encoding, this.#choice.restart());
    this.#set(STATE.statistics, plan.statistics === 'none' ? 0 : 1);
    kernel.exports.startColumn(this.state);
  }

  /** Whether the open page refers to a dictionary. */
  get isIndexed(): boolean {
    return this.#get(STATE.indexed) === 1;
  }

  /** Memory it holds. */
  get heldBytes(): number {
    const { heldBytes: bloomBytes = 0 } = this.#bloom ?? {};
    return FIXED_BYTES + this.#get(STATE.heldBytes) + this.#compressedBytes + this.#remap.heldBytes + bloomBytes;
  }

  /** Pages that are as they will be in the file. */
  get packedBytes(): number {
    return this.#compressedBytes;
  }

  /** What it will take in the file, if the rest compresses as its pages did so far. */
  get encodedBytes(): number {
    const open = this.#openBytes;
    const ratio = this.#openedBytes > 0 ? this.#compressedBytes / this.#openedBytes : 1;
    return this.#compressedBytes + Math.round(open * ratio);
  }

  /** Of the values of the open page and the dictionary. */
  get #openBytes(): number {
    if (this.#get(STATE.pending) === 1) return this.#get(STATE.plainUsed);
    return this.isIndexed ? this.#get(STATE.used) / 2 + this.#get(STATE.dataBytes) : this.#get(STATE.used);
  }

  /** Where the kernel finds which index each code of a source's dictionary has. */
  remapOf(dictionary: Dictionary): number {
    return this.#remap.of(dictionary);
  }

  /** Appends a leaf that was put together in the kernel's memory. */
  append(leaf: number): void {
    while (this.#kernel.exports.appendLeaf(this.state, leaf) === 1) this.#endPage();
  }

  /** The chunk, whose pages are valid as long as the store keeps them. */
  finish(): WrittenColumn {
    if (this.#get(STATE.entries) > 0) this.#endPage();
    const dictionary = this.#get(STATE.dictionaryPages) > 0 ? this.#dictionaryPage() : undefined;
    const column = {
      dictionary,
      pages: this.#pages,
      entries: this.#entries,
      uncompressedBytes: this.#uncompressedBytes,
      compressedBytes: this.#compressedBytes,
      bloomFilter: this.#bloom?.finish(dictionary !== undefined),
      pagesByEncoding: this.#pagesByEncoding,
    };
    return column;
  }

  /** Forgets the chunk: ready for the next row group. */
  clear(): void {
    this.#pages = [];
    this.#pagesByEncoding = noPages();
    this.#entries = 0;
    this.#uncompressedBytes = 0;
    this.#compressedBytes = 0;
    this.#openedBytes = 0;
    this.#remap.clear();
    this.#triedBytes = 0;
    this.#set(STATE.encoding, this.#choice.restart());
    this.#set(STATE.wholeBytes, 0);
    this.#kernel.exports.startColumn(this.state);
  }

  /** Gives its memory back; it must not be used again. */
  release(): void {
    this.#kernel.exports.releaseColumn(this.state);
    this.#kernel.release(this.state);
    this.#remap.clear();
  }

  #endPage(): void {
    const { exports } = this.#kernel;
    const { pageVersion } = this.#settings;
    exports.encodePage(this.state, pageVersion);
    if (!this.isIndexed && this.#choice.isDue(this.#get(STATE.values))) {
      this.#set(STATE.encoding, this.#choice.choose());
      exports.encodeBody(this.state, pageVersion);
    }
    const page = this.#openPage();
    const bounds = this.#bounds();
    const packed = this.#isTrialDue() ? this.#smallest(page) : this.#compressed(page);
    const bytes = pageVersion === 1 ? this.#pageV1(page, packed) : this.#pageV2(page, packed);
    this.#openedBytes += page.encoding === ENCODING.RLE_DICTIONARY ? this.#get(STATE.bodyBytes) : this.#get(STATE.used);
    this.#pages.push({ bytes, rows: page.rows, nulls: page.entries - page.values, values: page.values, bounds });
    this.#entries += page.entries;
    this.#pagesByEncoding[page.encoding]!++;
    if (page.encoding !== ENCODING.RLE_DICTIONARY) this.#bloom?.addPage();
    if (this.#choice.isUnlikeSample(page.values, packed.length)) this.#set(STATE.encoding, this.#choice.restart());
    exports.startPage(this.state);
    if (!this.isIndexed) this.#remap.clear();
  }

  #openPage(): DataPage {
    return {
      rows: this.#get(STATE.rows),
      entries: this.#get(STATE.entries),
      values: this.#get(STATE.values),
      encoding: this.#get(STATE.bodyEncoding),
      repetitionBytes: this.#get(STATE.repetitionBytes),
      definitionBytes: this.#get(STATE.definitionBytes),
      isCompressed: this.#settings.codec.id !== 0,
    };
  }

  /** What the first values of the open page take in an encoding, compressed. */
  #sampleBytes(encoding: number): number {
    this.#kernel.exports.encodeSample(this.state, encoding, SAMPLE_VALUES);
    const words = this.#words(encoding, 0);
    return this.#settings.codec.compress(this.#get(STATE.body), this.#get(STATE.bodyBytes), words).length;
  }

  /**
   * Whether the page is the first by which to tell how indices of so many bytes compress. What repeats at any distance is found
   * again where indices are whole bytes; of fewer bits it is at every eighth distance only. Chance decides nothing: equal rows give equal bytes.
   */
  #isTrialDue(): boolean {
    const isIndexed = this.#get(STATE.bodyEncoding) === ENCODING.RLE_DICTIONARY;
    if (!isIndexed || this.#settings.codec.id === 0 || this.#get(STATE.entries) < MIN_TRIAL_ENTRIES) return false;
    const bits = this.#get(STATE.indexBits);
    if (Math.ceil(bits / 8) === this.#triedBytes) return false;
    return this.#get(STATE.wholeBytes) === 1 || bits % 8 !== 0;
  }

  /** The body with indices of the fewest bits or of whole bytes, and so those of the pages after it. */
  #smallest(page: DataPage): Uint8Array {
    this.#triedBytes = Math.ceil(this.#get(STATE.indexBits) / 8);
    const { length } = this.#compressedWith(1, page);
    const fewestBits = this.#compressedWith(0, page);
    return length < fewestBits.length * WORTH_BYTES ? this.#compressedWith(1, page) : fewestBits;
  }

  #compressedWith(wholeBytes: 0 | 1, page: DataPage): Uint8Array {
    this.#set(STATE.wholeBytes, wholeBytes);
    this.#kernel.exports.encodeBody(this.state, this.#settings.pageVersion);
    return this.#compressed(page);
  }

  /** What the codec makes of the body. Version 2 leaves levels alone. */
  #compressed({ encoding, repetitionBytes, definitionBytes }: DataPage): Uint8Array {
    const { codec, pageVersion } = this.#settings;
    const levelBytes = repetitionBytes + definitionBytes;
    const start = pageVersion === 1 ? 0 : levelBytes;
    const words = this.#words(encoding, levelBytes - start);
    return codec.compress(this.#get(STATE.body) + start, this.#get(STATE.bodyBytes) - start, words);
  }

  #pageV1(page: DataPage, body: Uint8Array): Uint8Array {
    const length = this.#get(STATE.bodyBytes);
    const sizes = { uncompressedBytes: length, compressedBytes: body.length, crc: crc32(body) };
    writeDataHeader(this.#header, sizes, page);
    return this.#framed(sizes, NO_BYTES, body);
  }

  /** Levels are not compressed, and values only where that makes them smaller. */
  #pageV2(page: DataPage, packed: Uint8Array): Uint8Array {
    const { bytes } = this.#kernel;
    const start = this.#get(STATE.body);
    const length = this.#get(STATE.bodyBytes);
    const levelBytes = page.repetitionBytes + page.definitionBytes;
    const levels = bytes.subarray(start, start + levelBytes);
    const plain = bytes.subarray(start + levelBytes, start + length);
    const isCompressed = page.isCompressed && packed.length < plain.length;
    const values = isCompressed ? packed : plain;
    const crc = crc32(values, crc32(levels));
    const sizes = { uncompressedBytes: length, compressedBytes: levelBytes + values.length, crc };
    writeDataHeaderV2(this.#header, sizes, { ...page, isCompressed });
    return this.#framed(sizes, levels, values);
  }

  #dictionaryPage(): Uint8Array {
    const length = this.#get(STATE.dataBytes);
    const body = this.#settings.codec.compress(this.#get(STATE.data), length, this.#words(ENCODING.PLAIN, 0));
    const sizes = { uncompressedBytes: length, compressedBytes: body.length, crc: crc32(body) };
    writeDictionaryHeader(this.#header, sizes, this.#get(STATE.count));
    return this.#framed(sizes, NO_BYTES, body);
  }

  /** Whether values of this encoding, from byte `from` of a body on, are numbers of 8 bytes. */
  #words(encoding: number, from: number): Words | undefined {
    const { kind } = this.#settings.plan;
    if (encoding !== ENCODING.PLAIN || (kind !== KIND.INT64 && kind !== KIND.DOUBLE)) return undefined;
    return { from, doubles: kind === KIND.DOUBLE };
  }

  /** A copy of header and body that stays: what a compressor answers is valid until its next call. */
  #framed({ uncompressedBytes, compressedBytes }: BodySizes, levels: Uint8Array, values: Uint8Array): Uint8Array {
    const headerBytes = this.#header.length;
    const size = headerBytes + compressedBytes;
    const page = this.#store.take(size);
    this.#header.copyTo(page, 0);
    if (levels.length > 0) page.set(levels, headerBytes);
    page.set(values, headerBytes + levels.length);
    this.#uncompressedBytes += headerBytes + uncompressedBytes;
    this.#compressedBytes += size;
    return page;
  }

  #bounds(): Bounds | undefined {
    const [min, max] = [this.#get(STATE.min), this.#get(STATE.max)];
    if (min === 0) return undefined;
    const least = this.#copied(min, this.#get(STATE.minBytes));
    const greatest = this.#copied(max, this.#get(STATE.maxBytes));
    return cutBounds(least, greatest, this.#settings.plan.isText);
  }

  #copied(address: number, length: number): Uint8Array {
    const { bytes } = this.#kernel;
    const copy = new Uint8Array(length);
    if (length > SHORT_BYTES) copy.set(bytes.subarray(address, address + length));
    else for (let i = 0; i < length; i++) copy[i] = bytes[address + i]!;
    return copy;
  }

  #get(word: number): number {
    return this.#kernel.words[(this.state >> 2) + word]!;
  }

  #set(word: number, value: number): void {
    this.#kernel.words[(this.state >> 2) + word] = value;
  }
}

const noPages = () => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const NO_BYTES = new Uint8Array(0);
/** Up to this length a loop beats a call of `set`. */
const SHORT_BYTES = 64;

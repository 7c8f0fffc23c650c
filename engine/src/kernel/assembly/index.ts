// The kernel's exports, one line a file. Raw memory only: no managed objects, no garbage collector, no imports but memory.
export { allocate, checkHeap, release, touchedBytes, usedBytes } from './heap';
export { heapFault, startHeapChecks } from './heap-checks';
export { bloomContains, bloomInsertBytes, bloomInsertFixed } from './bloom';
export {
  deltaBinaryPacked32,
  deltaBinaryPacked32Bound,
  deltaBinaryPacked64,
  deltaBinaryPacked64Bound,
} from './delta';
export { deltaByteArray, deltaByteArrayBound, deltaLengthByteArray, deltaLengthByteArrayBound } from './delta-bytes';
export { snappyBound, snappyCompress } from './snappy';
export { snappyCompressWords } from './snappy-words';
export { byteStreamSplit } from './split';
export { xxh64 } from './xxhash';
export { zstdBound, zstdCompress, zstdWorkBytes } from './zstd';
export { appendLeaf } from './pages-append';
export { bloomInsertHashes, hashDictionary, hashPage } from './pages-bloom';
export { encodeBody, encodePage, encodeSample } from './pages-body';
export { composeSlots, countElements, descendList, descendOptional, leafEntries } from './pages-levels';
export { compareRows, lastValueBytes, plainBound, releaseLastValue } from './pages-order';
export { uuidTexts } from './pages-plain';
export { leafBytes, releaseColumn, startColumn, startPage, stateBytes } from './pages-state';
export * from './json-exports';
export { asciiPrefix, changeAsciiCase, hashTexts } from './text';

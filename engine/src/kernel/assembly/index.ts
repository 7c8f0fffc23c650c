// The kernel's exports, one line a file. Raw memory only: no managed objects, no garbage collector, no imports but memory.
export { allocate, release, usedBytes } from './heap';

/** Parts of so little may have others beside them. */
const MAX_SHARED_BYTES = 32 * 1024;

/**
 * Gives back at once the whole memory that `bytes` lie in: every view of it is empty from then on. For what a library made and
 * nobody else holds. As garbage it would wait for a collection, and tens of MB of others with it, for the collector hardly sees
 * memory outside of its heap. Does nothing for memory that threads share, and where `bytes` are a part of memory that is
 * small or may be Node's pool.
 */
export function freeBuffer({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || byteLength === 0) return;
  const isPart = byteLength < buffer.byteLength;
  const mayBeShared = buffer.byteLength <= MAX_SHARED_BYTES || buffer.byteLength === Buffer.poolSize;
  if (!isPart || !mayBeShared) buffer.transfer(0);
}

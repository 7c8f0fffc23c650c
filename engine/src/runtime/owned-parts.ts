import type { Segment } from '../columns/encoder.ts';

/**
 * The parts of a segment as they can be transferred, which detaches whole buffers: of a view of one that holds something else (Node's
 * pool) a copy.
 */
export function ownedParts({ parts, ownsBuffers }: Segment): Uint8Array<ArrayBuffer>[] {
  return parts.map((part) => {
    const isWhole = ownsBuffers || part.byteLength === part.buffer.byteLength;
    const whole = isWhole && part.buffer instanceof ArrayBuffer;
    return whole ? (part as Uint8Array<ArrayBuffer>) : new Uint8Array(part); // not slice(): a Buffer's shares its memory
  });
}

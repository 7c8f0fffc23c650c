/** Length of several pieces together. */
export function totalBytes(parts: Iterable<{ readonly byteLength: number }>): number {
  let bytes = 0;
  for (const { byteLength } of parts) bytes += byteLength;
  return bytes;
}

/** A CRC32 as S3 writes it: base64 of the four bytes, the highest first. */
export function formatCrc32(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

/**
 * The CRC32 over a whole object that an answer of S3 states, if it does. A composite one (`abc=-3`) is over the checksums of parts; it
 * says nothing about bytes as such.
 */
export function wholeCrc32(answer: { ChecksumCRC32?: string; ChecksumType?: string }): string | undefined {
  const whole = answer.ChecksumType !== 'COMPOSITE' && !answer.ChecksumCRC32?.includes('-');
  return whole ? answer.ChecksumCRC32 : undefined;
}

/** Expressions of the generated scanner that compare bytes of the body with known ones, a 32-bit word at a time. */

/** True where `known` stands from `at` on. Words overlap at the end rather than reach beyond it. */
export function keyMatch(known: Buffer, at: string): string {
  if (known.length < 4) {
    const terms = Array.from(known, (byte, i) => `bytes[${at} + ${i}] === ${byte}`);
    return terms.length === 0 ? 'true' : terms.join(' && ');
  }
  const starts: number[] = [];
  for (let i = 0; i + 4 <= known.length; i += 4) starts.push(i);
  if (known.length % 4 !== 0) starts.push(known.length - 4);
  return starts.map((i) => `view.getInt32(${at} + ${i}, true) === ${known.readInt32LE(i)}`).join(' && ');
}

/** The body of a function of `at` and `length` that answers the index of the key standing there, -1 if none does. */
export function keyLookup(names: readonly string[]): string {
  const byLength = Map.groupBy(
    names.map((name, index) => ({ key: Buffer.from(name), index })),
    ({ key }) => key.length,
  );
  const cases = [...byLength].map(([length, keys]) => {
    const tests = keys.map(({ key, index }) => `if (${keyMatch(key, 'at')}) return ${index};`);
    return `case ${length}: ${tests.join(' ')} break;`;
  });
  return `switch (length) { ${cases.join('\n')} } return -1;`;
}

/**
 * Runs `work` over all items, at most `limit` at a time. The first failure starts nothing more; it rejects once what was under
 * way has ended, so that nothing goes on behind the caller's back.
 */
export async function eachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failure: { thrown: unknown } | undefined;
  const runner = async () => {
    for (let next = rest.next(); !next.done && !failure; next = rest.next()) {
      try {
        await work(next.value);
      } catch (thrown) {
        failure ??= { thrown };
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, runner));
  if (failure) throw failure.thrown;
}

/**
 * Runs `work` over all items, taken when there is room for them, at most `limit` at a time. The first failure starts nothing more; it rejects once what was under
 * way has ended, so that nothing goes on behind the caller's back.
 */
export async function eachLimited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failure: { thrown: unknown } | undefined;
  const runner = async () => {
    while (!failure) {
      try {
        const next = await rest.next();
        if (next.done || failure) return;
        await work(next.value);
      } catch (thrown) {
        failure ??= { thrown };
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, runner));
  if (failure) throw failure.thrown;
}

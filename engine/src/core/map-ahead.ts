/** `work` over items, at most `ahead` at a time, results in the order of the items. A failure rejects where its item's turn comes. */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const start = (item: T) => {
    const result = work(item);
    result.catch(() => undefined); // told when it is its turn, or never, if nobody asks any more
    underWay.push(result);
  };
  for await (const item of items) {
    start(item);
    if (underWay.length >= ahead) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}

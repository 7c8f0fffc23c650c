import { randomUUID } from 'node:crypto';
import { ParquetryError } from '../core/errors.ts';
import type { Target } from '../protocol/places.ts';
import type { LetterListing } from './dead-letters/letter-listing.ts';
import type { StoredLetter } from './dead-letters/stored-letter.ts';
import { embeddedAwsOf } from './embedded-aws.ts';
import { loadTarget } from './load-target.ts';
import { paced } from './paced.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Listings that are kept for their further pages; the oldest go first. */
const MAX_LISTINGS = 4;

/** Records that a pipeline could not deliver: looked at, tried again, sent back. */
export function createDeadLettersService(workbench: Workbench): Service {
  const listings = new Map<string, LetterListing>();
  let opened: Promise<import('./preview/previewer.ts').Previewer> | undefined;
  const previewer = () => {
    opened ??= import('./preview/previewer.ts').then(({ Previewer }) => new Previewer(workbench));
    return opened;
  };
  const openLetters = async (target: Target) => {
    const { openStore } = await import('./dead-letters/open-store.ts');
    const pipeline = await loadTarget(workbench, target);
    const { settings, embeddedEndpoint } = await embeddedAwsOf(workbench).of(pipeline);
    const store = await openStore(pipeline, undefined, settings, { now: Date.now, onClaimedElsewhere: () => {} });
    return { pipeline, settings, embeddedEndpoint, store, [Symbol.dispose]: () => store.close() };
  };
  const remember = (listing: LetterListing): string => {
    const id = randomUUID();
    listings.set(id, listing);
    for (const old of [...listings.keys()].slice(0, -MAX_LISTINGS)) listings.delete(old);
    return id;
  };
  const findLetter = async (target: Target, id: string, signal: AbortSignal): Promise<StoredLetter> => {
    for (const listing of listings.values()) {
      const kept = listing.letter(id);
      if (kept) return kept;
    }
    using letters = await openLetters(target);
    for await (const [letter] of letters.store.look({ reasons: [], ids: new Set([id]) }, signal)) {
      if (letter) return letter;
    }
    throw new ParquetryError('E_NOT_FOUND', 'the dead letter is not there any more', { hint: 'List them again.' });
  };
  return {
    handlers: {
      async 'deadLetters.list'({ fromMs, toMs, reason, next, ...target }, { signal }) {
        if (next !== undefined) {
          const [id = '', from] = next.split('/');
          const listing = listings.get(id);
          if (!listing) throw new ParquetryError('E_NOT_FOUND', 'the list is too old', { hint: 'List them again.' });
          return listing.page(Number(from), reason, (behind) => `${id}/${behind}`);
        }
        const { LetterListing } = await import('./dead-letters/letter-listing.ts');
        using letters = await openLetters(target);
        const listing = await LetterListing.of(letters.store, { sinceMs: fromMs, untilMs: toMs }, signal);
        const id = remember(listing);
        return listing.page(0, reason, (behind) => `${id}/${behind}`);
      },
      async 'deadLetters.show'({ id, ...target }, { signal }) {
        const { letterDetail } = await import('./dead-letters/letter-view.ts');
        return letterDetail(await findLetter(target, id, signal), workbench.within(target.folder));
      },
      async 'deadLetters.retry'({ id, ...target }, { signal }) {
        const { retryLetter } = await import('./dead-letters/retry-letter.ts');
        return retryLetter(await findLetter(target, id, signal), target, await previewer(), signal);
      },
      async 'deadLetters.replay'({ ids, ...target }, { signal, show }) {
        const { goesToQueue, replayLetters } = await import('./dead-letters/replay-letters.ts');
        using letters = await openLetters(target);
        const { pipeline, settings, embeddedEndpoint } = letters;
        const order = { pipeline, settings, embeddedEndpoint, ids };
        const shown = paced((sent: number) => show({ sent }));
        listings.clear(); // what they say of replays is not so any more
        if (goesToQueue(pipeline)) return replayLetters(order, shown, signal);
        const { replayApart } = await import('./run/replay-apart.ts');
        return replayApart(order, shown, signal);
      },
    },
    async close() {
      (await opened)?.close();
    },
  };
}

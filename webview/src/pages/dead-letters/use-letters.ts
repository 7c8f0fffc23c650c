import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DeadLetterInfo, DeadLetterMethods } from '../../../../engine/src/protocol/dead-letters.ts';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Target } from '../../../../engine/src/protocol/places.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { isSilent, useRequest } from '../../hooks/use-request.ts';

const HOUR_MS = 3_600_000;
const lengthsMs = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, all: undefined } as const;
export type Period = keyof typeof lengthsMs;

export const periods = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: 'all', label: 'Any time' },
] as const satisfies readonly { value: Period; label: string }[];

type List = DeadLetterMethods['deadLetters.list']['result'];

export interface Letters {
  /** All pages that were asked for, as one list. */
  readonly list?: List;
  readonly error?: unknown;
  readonly isRunning: boolean;
  readonly again: () => void;
  /** Of all that were not replayed yet, on pages that were not asked for, too. */
  readonly openIds: () => Promise<readonly string[]>;
  /** Asks for the next page; absent where there is none. */
  readonly more?: () => void;
}

/** The dead letters of a period and a reason, page by page. */
export function useLetters(studio: Peer<StudioMethods>, target: Target, period: Period, reason?: string): Letters {
  const [round, setRound] = useState(0);
  const fromMs = useMemo(() => {
    const lengthMs = lengthsMs[period];
    return lengthMs === undefined ? undefined : Date.now() - lengthMs;
  }, [period, round]);
  const first = useRequest(studio, 'deadLetters.list', { ...target, fromMs, reason });
  const [behind, setBehind] = useState<{ letters: readonly DeadLetterInfo[]; next?: string }>();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => setBehind(undefined), [first.value]);
  const next = behind === undefined ? first.value?.next : behind.next;
  const more = () =>
    void studio
      .request('deadLetters.list', { ...target, fromMs, reason, next })
      .then((page) => setBehind((before) => ({ ...page, letters: [...(before?.letters ?? []), ...page.letters] })))
      .catch((thrown: unknown) => isSilent(thrown) || setFailed(thrown));
  const openIds = async () => {
    const all = [...(list?.letters ?? [])];
    for (let page = next; page !== undefined; ) {
      const answer = await studio.request('deadLetters.list', { ...target, fromMs, reason, next: page });
      all.push(...answer.letters);
      page = answer.next;
    }
    return all.filter(({ replayedAtMs }) => replayedAtMs === undefined).map(({ id }) => id);
  };
  const again = () => {
    setFailed(undefined);
    setRound(round + 1);
    first.again();
  };
  const list = first.value && { ...first.value, letters: [...first.value.letters, ...(behind?.letters ?? [])] };
  return {
    list,
    error: first.error ?? failed,
    isRunning: first.isRunning,
    openIds,
    again,
    more: next === undefined ? undefined : more,
  };
}

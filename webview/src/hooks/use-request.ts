import { useEffect, useState } from 'preact/hooks';
import type { Peer, RequestOptions } from '../../../engine/src/protocol/peer.ts';
import { ProtocolError } from '../../../engine/src/protocol/protocol-error.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';

/** How a request stands. What was there before stays while it is asked again. */
export interface RequestState<Value> {
  readonly value?: Value;
  /** Why the newest one failed. */
  readonly error?: unknown;
  readonly isRunning: boolean;
}

type Name = keyof StudioMethods & string;

/**
 * Asks the studio for as long as the component is there: again whenever `params` are others (by their JSON) or the engine is another;
 * `undefined` asks nothing. The result is the value.
 */
export function useRequest<Method extends Name>(
  studio: Peer<StudioMethods>,
  method: Method,
  params: StudioMethods[Method]['params'] | undefined,
): RequestState<StudioMethods[Method]['result']> & { readonly again: () => void } {
  const [round, setRound] = useState(0);
  const state = useAsking<StudioMethods[Method]['result']>(
    params === undefined ? undefined : [studio, method, params, round],
    (show, signal) => studio.request(method, params!, { signal }).then(show),
  );
  return { ...state, again: () => setRound(round + 1) };
}

/** As `useRequest`, for one that lasts: its snapshots are the value. */
export function useWatch<Method extends Name>(
  studio: Peer<StudioMethods>,
  method: Method,
  params: StudioMethods[Method]['params'] | undefined,
): RequestState<StudioMethods[Method]['snapshot']> {
  return useAsking<StudioMethods[Method]['snapshot']>(
    params === undefined ? undefined : [studio, method, params, 0],
    (show, signal) => {
      const options: RequestOptions<StudioMethods[Method]['snapshot']> = { signal, onSnapshot: show };
      return studio.request(method, params!, options);
    },
  );
}

/** Whether an error is the frame's to tell, or nobody's: the engine is gone, or the page asked no more. */
export function isSilent(error: unknown): boolean {
  return error instanceof ProtocolError && (error.code === 'E_CLOSED' || error.code === 'E_CANCELLED');
}

type Question = readonly [studio: unknown, method: string, params: unknown, round: number];

function useAsking<Value>(
  question: Question | undefined,
  ask: (show: (value: Value) => void, signal: AbortSignal) => Promise<unknown>,
): RequestState<Value> {
  const [state, setState] = useState<RequestState<Value>>({ isRunning: question !== undefined });
  const [studio, method, params, round] = question ?? [];
  useEffect(() => {
    if (question === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    const isCurrent = () => !signal.aborted;
    setState(({ value }) => ({ value, isRunning: true }));
    ask((value) => isCurrent() && setState({ value, isRunning: true }), signal).then(
      () => isCurrent() && setState(({ value }) => ({ value, isRunning: false })),
      (error: unknown) => {
        if (isCurrent() && !isSilent(error)) setState(({ value }) => ({ value, error, isRunning: false }));
      },
    );
    return () => controller.abort();
  }, [studio, method, JSON.stringify(params), round]);
  return state;
}

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Peer } from '../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import { isSilent } from './use-request.ts';

/** How far longer work is. */
export interface Step {
  readonly step: string;
  /** From 0 to 1. */
  readonly share: number;
}

export interface MeasurementState<Value> {
  /** Of the newest that came to an end; stays while it is measured again. */
  readonly value?: Value;
  readonly error?: unknown;
  /** Present while it is under way. */
  readonly step?: Step;
  readonly again: () => void;
}

/** Methods whose snapshots are steps. */
type Measured = 'profile.run' | 'plan.run';

/** Has the studio measure: now, whenever `params` are others (by their JSON) or the engine is, and again. `undefined`: not yet. */
export function useMeasurement<Method extends Measured>(
  studio: Peer<StudioMethods>,
  method: Method,
  params: StudioMethods[Method]['params'] | undefined,
): MeasurementState<StudioMethods[Method]['result']> {
  const [round, setRound] = useState(0);
  const asked = useRef(0);
  const [state, setState] = useState<Omit<MeasurementState<StudioMethods[Method]['result']>, 'again'>>({});
  useEffect(() => {
    if (params === undefined) return;
    const controller = new AbortController();
    const { signal } = controller;
    setState(({ value }) => ({ value, step: { step: 'Starting', share: 0 } }));
    const onSnapshot = (step: Step) => signal.aborted || setState(({ value }) => ({ value, step }));
    const isAgain = method === 'profile.run' && round !== asked.current ? { isAgain: true } : {};
    asked.current = round;
    studio.request(method, { ...params, ...isAgain }, { signal, onSnapshot }).then(
      (value) => signal.aborted || setState({ value }),
      (error: unknown) => signal.aborted || setState(({ value }) => (isSilent(error) ? { value } : { value, error })),
    );
    return () => controller.abort();
  }, [studio, method, JSON.stringify(params), round]);
  return { ...state, again: () => setRound(round + 1) };
}

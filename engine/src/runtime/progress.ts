import { writeSync } from 'node:fs';
import type { NumberedDelivery } from './outcomes.ts';
import type { Pulse } from './pulse.ts';

/** Where a lane is, for whoever finds it stuck or dead. */
export interface Progress {
  /** It begins with deliveries, or comes back to them. `alone`: with one, and what ends the lane now is that one's doing. */
  enter(deliveries: readonly NumberedDelivery[], alone: boolean): void;
  /** The next delivery, by its position among those, and record of it; -1 where it is not known. */
  at(delivery: number, record: number): void;
  leave(): void;
}

/** What a lane was at when its process died. Plain data, one line of JSON. */
export interface LaneNote {
  /** Ids of the deliveries. */
  readonly deliveries: readonly string[];
  readonly alone: boolean;
  /** Record of the one delivery, where `alone`; -1 where it is not known. */
  readonly record: number;
}

/** In shared memory: survives the thread. */
export function pulseProgress(pulse: Pulse): Progress {
  return {
    enter: (deliveries, alone) =>
      pulse.enter(
        deliveries.map(({ seq }) => seq),
        alone,
      ),
    at: (delivery, record) => pulse.at(delivery, record),
    leave: () => pulse.leave(),
  };
}

/**
 * In a file as well: survives the process. Not the machine, so nothing waits for a disk: a chunk costs two short writes to the
 * page cache.
 */
export function notedProgress(inner: Progress, file: number): Progress {
  let deliveries: string[] = [];
  let alone = false;
  const note = (record: number) => writeNote(file, { deliveries, alone, record });
  return {
    enter(entered, isAlone) {
      deliveries = entered.map(({ delivery }) => delivery.id);
      alone = isAlone;
      note(-1);
      inner.enter(entered, isAlone);
    },
    at(delivery, record) {
      if (alone) note(record);
      inner.at(delivery, record);
    },
    leave() {
      writeSync(file, '\n', 0);
      inner.leave();
    },
  };
}

function writeNote(file: number, note: LaneNote): void {
  writeSync(file, `${JSON.stringify(note)}\n`, 0);
}

/** What a note's file says; undefined where the lane was at nothing. What was longer before lies behind the first line. */
export function parseNote(text: string): LaneNote | undefined {
  const [line = ''] = text.split('\n', 1);
  return line === '' ? undefined : (JSON.parse(line) as LaneNote);
}

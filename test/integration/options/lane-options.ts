import type { Run } from '../../../engine/src/runtime/run.ts';
import { hurriedScaling } from '../scaling.ts';
import { type OptionCase, type OptionCases, option } from './option-case.ts';
import { run } from './scratch.ts';

/** A source that any number of lanes may read, and that has nothing. */
const source = `export default () => ({
  replay: 'unordered',
  createReader: async () => ({ receive: async () => undefined, close: async () => {} }),
  createSettler: async () => ({ ack: async () => [], nack: async () => [], close: async () => {} }),
});`;

/** Lanes that a run begins with, on a machine of so many CPUs. */
async function lanesOf(lanes: unknown, cpus: number): Promise<number> {
  const { host, ...scaling } = hurriedScaling(1);
  const look = async () => ({ ...(await host.look()), cpus });
  let most = 0;
  const onStart = (engine: Run) => {
    const watch = setInterval(() => {
      const { lanes, ending } = engine.snapshot();
      most = Math.max(most, lanes.length);
      if (ending) clearInterval(watch);
    }, 5);
  };
  await run({
    config: { source: { module: './source.ts' }, lanes },
    files: { 'source.ts': source },
    options: { onStart, scaling: { ...scaling, host: { ...host, look } } },
  });
  return most;
}

const modes = { fixed: { mode: 'fixed', count: 2 }, adaptive: { mode: 'adaptive', max: 2 } };

const lanes = (cpus: number, config: (value: unknown) => unknown, seen: [unknown, number][]): OptionCase =>
  option<unknown>((value) => lanesOf(config(value), cpus), seen);

/** How many lanes there are. */
export const laneOptions: OptionCases = {
  lanes: lanes(2, (count) => count, [
    [1, 1],
    [modes.adaptive, 2],
  ]),
  'lanes.mode': lanes(1, (mode) => modes[mode as keyof typeof modes], [
    ['fixed', 2],
    ['adaptive', 1],
  ]),
  'lanes.count': lanes(1, (count) => ({ mode: 'fixed', count }), [
    [1, 1],
    [2, 2],
  ]),
  'lanes.min': lanes(1, (min) => ({ mode: 'adaptive', min, max: 2 }), [
    [undefined, 1],
    [2, 2],
  ]),
  'lanes.max': lanes(64, (max) => ({ mode: 'adaptive', max }), [
    [1, 1],
    [2, 2],
  ]),
};

import { type LogFields, silentLogger } from '../../../engine/src/core/telemetry.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

/** Keys that say what a run tells of itself, but for `telemetry.listen`. */
export const telemetryOptions: OptionCases = {
  'telemetry.samplePayloads': option<number>(
    async (share) => {
      const payloads: unknown[] = [];
      const info = (event: string, fields: LogFields = {}) => {
        if (event === 'payload.sampled') payloads.push(fields.payload);
      };
      const config = setting('telemetry.samplePayloads', share);
      await run({ config, deliveries: ['{"id":1}', '{"id":2}'], options: { logger: { ...silentLogger, info } } });
      return payloads;
    },
    [
      [undefined, []],
      [0, []],
      [1, ['{"id":1}', '{"id":2}']],
    ],
  ),
};

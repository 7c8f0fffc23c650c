import { BUCKET, createWorld, PREFIX, QUEUE } from '../harness.ts';
import { type OptionCases, option, setting } from './option-case.ts';

/** Whether a run over one message puts objects below a folder of the bucket. */
async function putsBelow(folder: string, pipeline: object, sink: object): Promise<boolean> {
  await using world = await createWorld();
  await world.send(['{"id":1}']);
  const resource = `${BUCKET}/${folder}/*`;
  world.emulator.faults.add({ action: 'PutObject', resource, fault: { kind: 'latency', ms: 0 } });
  const source = { sqs: { queue: QUEUE, waitTime: '0s' } };
  const sinks = [{ s3: { bucket: BUCKET, prefix: PREFIX, ...sink } }];
  await world.run(await world.pipeline({ input: { id: 'int' }, config: { source, sinks, ...pipeline } }));
  return world.emulator.faults.state()[0]!.struck > 0;
}

/** Keys that say how often a message becomes rows. */
export const deliveryOptions: OptionCases = {
  delivery: option<string>(
    (delivery) => putsBelow('_parquetry/intents', setting('delivery', delivery), {}),
    [
      [undefined, true],
      ['exactly-once', true],
      ['at-least-once', false],
    ],
  ),
  'sinks[].s3.intents': option<string>(
    (intents) => putsBelow('own/place', {}, setting('intents', intents)),
    [
      [undefined, false],
      ['own/place', true],
    ],
  ),
};

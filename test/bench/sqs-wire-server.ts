import { startEmulator } from '../../engine/src/emulator/emulator.ts';
import { events } from './events.ts';

/*
 * A process with the embedded SQS, so that none of its CPU time is the client's. Says its endpoint; for each `{ arn, count }` it puts so
 * many messages of one event into that queue, and says so.
 */

const emulator = await startEmulator();
process.on('message', ({ arn, count }: { arn: string; count: number }) => {
  for (const event of events(count)) emulator.sqs.deliver(arn, event);
  process.send!('filled');
});
process.on('disconnect', () => process.exit());
process.send!(emulator.endpoint);

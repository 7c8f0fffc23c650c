import { createRealClock } from '../../engine/src/emulator/clock.ts';
import { startEmulator } from '../../engine/src/emulator/emulator.ts';
import { sendMessages } from './send-messages.ts';

/*
 * The emulator in a process of its own: node emulator-child.ts <seed> <ms that its clock is ahead>. Says where it listens, puts
 * messages of the workload on a queue when it is asked to, and is told everything else over its admin calls.
 */
export interface SendRequest {
  readonly queueUrl: string;
  readonly from: number;
  readonly to: number;
}

const [seed, skewMs] = process.argv.slice(2).map(Number) as [number, number];
const real = createRealClock();
const clock = {
  now: () => real.now() + skewMs,
  at: (atMs: number, callback: () => void) => real.at(atMs - skewMs, callback),
};
const emulator = await startEmulator({ port: 0, seed, clock });
process.on('message', async ({ queueUrl, from, to }: SendRequest) => {
  const error = await sendMessages(emulator.endpoint, queueUrl, from, to).catch(String);
  process.send!({ error });
});
process.send!({ endpoint: emulator.endpoint });
process.on('disconnect', () => process.exit());

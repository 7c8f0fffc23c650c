import { type LogFields, silentLogger } from '../../../engine/src/core/telemetry.ts';
import { type OptionCases, option, setting } from './option-case.ts';
import { run } from './scratch.ts';

const TOKEN = 'a-token-of-some-length';

/** How a running engine answers a tap on this machine, without and with the token. */
async function answers(access: string | undefined): Promise<unknown> {
  const heard = Promise.withResolvers<string>();
  const note = (event: string, fields: LogFields = {}) => {
    if (event === 'telemetry.listening') heard.resolve(String(fields.address));
  };
  const asked = Promise.withResolvers<unknown>();
  let isAnswered = false;
  void asked.promise.finally(() => {
    isAnswered = true;
  });
  heard.promise
    .then((address) => Promise.all([statusOf(address), statusOf(address, TOKEN)]))
    .then(asked.resolve, asked.reject);
  const telemetry = { listen: '127.0.0.1:0', ...setting('tap', access) };
  await run({
    config: { telemetry },
    deliveries: ['{"id":1}'],
    until: () => isAnswered,
    options: { logger: { ...silentLogger, info: note }, tapToken: TOKEN },
  });
  return asked.promise;
}

async function statusOf(address: string, token?: string): Promise<number> {
  const response = await fetch(`http://${address}/tap`, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  await response.body?.cancel();
  return response.status;
}

/** Who may look at records of a run. */
export const tapOptions: OptionCases = {
  'telemetry.tap': option<string>(answers, [
    [undefined, [200, 200]],
    ['loopback', [200, 200]],
    ['token', [401, 200]],
    ['off', [404, 404]],
  ]),
};

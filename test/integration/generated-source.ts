/**
 * An own source for tests, as a file of a pipeline: makes its deliveries in the lane, so that many lanes are fed without a queue.
 * `options`: lines of `kind`, spread over `partitions` in turn, in deliveries of about 32 KiB until a lane has made `megabytes`.
 */
export const GENERATED_SOURCE = `import { randomBytes } from 'node:crypto';

const line = {
  hex: (id, p) => JSON.stringify({ id, p, blob: randomBytes(200).toString('hex') }),
  base64: (id, p) => JSON.stringify({ id, p, blob: randomBytes(300).toString('base64') }),
  repeated: (id, p) => JSON.stringify({ id, p, blob: 'the quick brown fox jumps over the lazy dog '.repeat(9) + ((id * 7919) % 10007) }),
  mixed: (id, p) => (p % 2 ? line.hex(id, p) : line.repeated(id, p)),
};

export default function createSource({ kind, partitions, megabytes, order = 'turn' }) {
  const settle = async (receipts) => receipts.map(() => 'done');
  return {
    replay: 'unordered',
    async createReader() {
      const lane = randomBytes(4).toString('hex');
      let made = 0;
      let rows = 0;
      let deliveries = 0;
      return {
        async receive() {
          if (made >= megabytes * 2 ** 20) return undefined;
          let body = '';
          while (body.length < 32768) {
            const p = order === 'random' ? Math.floor(Math.random() * partitions) : rows % partitions;
            body += line[kind](rows++, p) + '\\n';
          }
          made += body.length;
          const id = lane + '-' + deliveries++;
          return [{ id, receipt: id, body: Buffer.from(body), attributes: {}, receiveCount: 1, receivedAtMs: Date.now() }];
        },
        async close() {},
      };
    },
    async createSettler() {
      return { ack: settle, nack: settle, async close() {} };
    },
  };
}
`;

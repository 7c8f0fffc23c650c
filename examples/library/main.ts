import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLogger, loadPipeline, type Metrics, runPipeline } from 'parquetry';
import { callbackSink, linesEncoder, textSource } from './components.ts';

const folder = path.join(import.meta.dirname, 'orders');
const records = await readFile(path.join(folder, 'samples', 'orders.ndjson'), 'utf8');

// Parse, check and plan. Everything that is wrong is in one ParquetryError with E_CONFIG.
const pipeline = await loadPipeline(folder);

const logger = await createLogger({ format: 'pretty', base: { pipeline: pipeline.name } });

// Anything that counts can listen: prom-client, OpenTelemetry, an array.
const totals = new Map<string, number>();
const metrics: Metrics = {
  count: (name, add) => totals.set(name, (totals.get(name) ?? 0) + add),
  gauge: () => {},
  observe: () => {},
};

const summary = await runPipeline(pipeline, {
  logger,
  metrics,
  live: {
    source: textSource([records], (id) => console.log(`settled ${id}`)),
    encoder: linesEncoder,
    sinks: [callbackSink((text) => process.stdout.write(text))],
  },
});

const { records: account, closed } = summary.ledger;
console.log(`${account.received} received, ${account.delivered} delivered, ledger ${closed ? 'closed' : 'open'}`);
console.log(`dropped ${JSON.stringify(account.dropped)}, dead-lettered ${JSON.stringify(account.deadLettered)}`);
console.log(`metrics ${[...totals.keys()].sort().join(', ')}`);
process.exitCode = closed && !summary.error ? 0 : 1;

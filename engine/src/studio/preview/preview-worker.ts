import { parentPort, workerData } from 'node:worker_threads';
import { asParquetryError } from '../../core/errors.ts';
import { threadKernel } from '../../kernel/kernel.ts';
import { canRunKernel } from '../../kernel/web-assembly.ts';
import { loadComponent } from '../../pipeline/components.ts';
import { Pulse } from '../../runtime/pulse.ts';
import type { PreviewJob, PreviewMessage } from './preview-job.ts';
import { PrintedText } from './printed-text.ts';
import { runPreview } from './run-preview.ts';
import { SampleDeliveries } from './sample-deliveries.ts';

/** Entry of a preview's thread: takes jobs, one after the other, for as long as it is let live. */
if (!parentPort) throw new TypeError('the preview worker must be started as a worker thread');
const port = parentPort;
const pulse = new Pulse(workerData as SharedArrayBuffer);
const deliveries = new SampleDeliveries();
const printed = new PrintedText();

async function answer(job: PreviewJob): Promise<void> {
  try {
    printed.take();
    const made = await runPreview(job, { pulse, deliveries, running: () => post({ type: 'running' }) });
    const outcome = { ...made, printed: printed.take() || undefined };
    post({ type: 'done', outcome }, [...wholeBuffers(outcome.input.arrow), ...wholeBuffers(outcome.output.arrow)]);
  } catch (thrown) {
    const { code, message, hint, file, line, column, details } = asParquetryError(thrown);
    post({ type: 'failed', error: { code, message, hint, file, line, column, details: plainDetails(details) } });
  }
}

/** What can be transferred: bytes that have a buffer to themselves. Others are copied. */
function wholeBuffers({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** Facts that can cross. */
function plainDetails(details: Record<string, unknown>): Record<string, unknown> {
  try {
    return structuredClone(details);
  } catch {
    return {};
  }
}

function post(message: PreviewMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** What the first preview would have to wait for: modules that are imported when they are needed, the kernel. */
async function warmUp(): Promise<void> {
  if (canRunKernel) threadKernel();
  await Promise.all([
    loadComponent('format', 'json'),
    loadComponent('source', 'file'),
    loadComponent('encoder', 'parquet'),
    import('../../transforms/recognise/analyse.ts'),
  ]);
}

port.on('message', (job: PreviewJob) => void answer(job));
await warmUp();
post({ type: 'ready' });

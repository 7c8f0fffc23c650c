import * as vscode from 'vscode';
import type { EngineHost } from '../engine/engine-host.ts';
import { isGoing } from '../runs/run-watch.ts';

/** Starts the engine anew. Its runs would end with it: if there are any, only after somebody has agreed. */
export async function restartEngine(host: EngineHost, why = ''): Promise<void> {
  const going = await countRuns(host);
  if (going > 0) {
    const what = going === 1 ? 'A run goes on, and ends' : `${going} runs go on, and end`;
    const detail =
      `${why} ${what} if the engine is restarted. Otherwise it stays as it is until you restart it.`.trim();
    const options = { modal: true, detail };
    if (!(await vscode.window.showWarningMessage('Restart Parquetry’s engine?', options, 'Restart'))) return;
  }
  host.restart();
}

/** An engine that does not answer is restarted, whatever it runs. */
async function countRuns(host: EngineHost): Promise<number> {
  if (host.state !== 'running') return 0;
  const signal = AbortSignal.timeout(2_000);
  const runs = await host.ask('run.list', {}, { signal }).then(
    (answer) => answer.runs,
    () => [],
  );
  return runs.filter(isGoing).length;
}

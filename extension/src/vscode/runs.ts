import * as vscode from 'vscode';
import type { RunEntry } from '../../../engine/src/protocol/run.ts';
import { describeRun, isGoing, RunWatch } from '../runs/run-watch.ts';
import type { Pages } from './pages.ts';
import type { Studio } from './studio.ts';

const FEED_RECORDS = 1_000;

/** Runs that the engine has: started, shown, stopped. */
export class Runs {
  readonly #studio: Studio;
  readonly #pages: Pages;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watch: RunWatch;
  /** A run started, stands otherwise than before, or ended. */
  readonly onChange = this.#changed.event;
  readonly #fed = new vscode.EventEmitter<void>();
  /** Samples went into a queue; fires often meanwhile. */
  readonly onFed = this.#fed.event;

  constructor(studio: Studio, pages: Pages) {
    this.#studio = studio;
    this.#pages = pages;
    this.#watch = new RunWatch(studio.ask, () => this.#changed.fire());
    studio.context.subscriptions.push(
      this.#changed,
      this.#fed,
      studio.onEngineState(() => this.#changed.fire()),
      pages.onObservation(({ method, value }) => {
        if (method === 'run.start') this.#watch.started((value as { run: string }).run);
        if (method === 'run.feed') this.#fed.fire();
      }),
    );
  }

  /** Whether one goes on, as far as this window has heard. */
  get isAnyGoing(): boolean {
    return this.#watch.isAnyGoing;
  }

  /** Newest first. An engine that is not there has none, and is not started for it. */
  async list(): Promise<readonly RunEntry[]> {
    if (this.#studio.host.state !== 'running') return [];
    return await this.#watch.list();
  }

  async start(folder: string): Promise<string> {
    await vscode.workspace.saveAll(false);
    const { run } = await this.#studio.ask('run.start', this.#studio.pipelines.target(folder));
    const name = this.#studio.pipelines.at(folder)?.name ?? 'pipeline';
    this.#pages.show({ page: 'run', run }, runTitle(name));
    this.#watch.started(run);
    return run;
  }

  async stop(given: unknown): Promise<void> {
    const run = await this.#pick(given, 'Which run is to stop? What it has received is written first.', isGoing);
    if (run) await this.#studio.ask('run.stop', { run: run.run });
  }

  async show(given: unknown): Promise<void> {
    const run = await this.#pick(given, 'Which run?', () => true);
    if (run) this.#pages.show({ page: 'run', run: run.run }, runTitle(run.pipeline));
  }

  /** Puts samples into the queue that the pipeline reads. */
  async feed(folder: string): Promise<number> {
    const target = this.#studio.pipelines.target(folder);
    const options = { location: vscode.ProgressLocation.Notification, title: 'Sending samples', cancellable: true };
    return await vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const onSnapshot = ({ sent }: { sent: number }) =>
        progress.report({ message: `${sent} of ${FEED_RECORDS} records` });
      const params = { ...target, records: FEED_RECORDS };
      const fed = this.#studio.ask('run.feed', params, { signal: controller.signal, onSnapshot });
      return (await fed.finally(() => this.#fed.fire())).sent;
    });
  }

  async #pick(given: unknown, placeHolder: string, isMeant: (run: RunEntry) => boolean): Promise<RunEntry | undefined> {
    const runs = (await this.list()).filter(isMeant);
    const id = typeof given === 'object' && given !== null && 'run' in given ? given.run : given;
    const named = runs.find(({ run }) => run === id);
    if (named || runs.length === 1) return named ?? runs[0];
    if (runs.length === 0) {
      void vscode.window.showInformationMessage('Nothing runs here.');
      return undefined;
    }
    const items = runs.map((run) => ({ label: run.pipeline, description: describeRun(run), run }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.run;
  }
}

function runTitle(pipeline: string): string {
  return `Run: ${pipeline}`;
}

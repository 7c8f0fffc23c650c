import * as vscode from 'vscode';
import type { TestCaseResult } from '../../../engine/src/protocol/transform-tests.ts';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { startDebugging } from './debug.ts';
import { signalOf } from './language-features.ts';
import { toRange } from './places.ts';
import type { Studio } from './studio.ts';

export interface Tests {
  /** Runs the cases of one pipeline, and of nothing else that the Test Explorer shows. */
  run(folder: string): Promise<void>;
}

/** Cases of `transform.test.yaml` in the Test Explorer: a pipeline each, its cases below. */
export function registerTests(studio: Studio): Tests {
  const { context, pipelines } = studio;
  const controller = vscode.tests.createTestController('parquetry', 'Parquetry');
  const refresh = async () => {
    const entries = await pipelines.all();
    // The same items, for runs that are under way hold on to them.
    controller.items.replace(entries.map((entry) => pipelineItem(controller, entry)));
    await Promise.all([...controller.items].map(([, item]) => listCases(studio, controller, item)));
  };
  controller.refreshHandler = refresh;
  controller.resolveHandler = async (item) => {
    await (item ? listCases(studio, controller, item) : refresh()).catch(studio.quiet);
  };
  controller.createRunProfile(
    'Run',
    vscode.TestRunProfileKind.Run,
    async (request, token) => void (await run(studio, controller, request, token)),
    true,
  );
  controller.createRunProfile('Debug', vscode.TestRunProfileKind.Debug, (request) => debug(studio, request));
  const quietly = () => void refresh().catch(studio.quiet);
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.test.yaml');
  context.subscriptions.push(
    controller,
    watcher,
    watcher.onDidChange(quietly),
    watcher.onDidCreate(quietly),
    watcher.onDidDelete(quietly),
    { dispose: pipelines.onChange(quietly) },
  );
  return {
    async run(folder) {
      if (controller.items.get(folder) === undefined) await refresh();
      const item = controller.items.get(folder);
      if (item === undefined) return;
      await listCases(studio, controller, item);
      const noToken = new vscode.CancellationTokenSource().token;
      const { passed, failed } = await run(studio, controller, new vscode.TestRunRequest([item]), noToken);
      await say(item.label, passed, failed);
    },
  };
}

async function say(pipeline: string, passed: number, failed: number): Promise<void> {
  if (failed > 0) await vscode.commands.executeCommand('workbench.view.testing.focus');
  const what = passed + failed === 0 ? 'it has no tests' : `${passed} of ${passed + failed} tests pass`;
  vscode.window.setStatusBarMessage(`${failed > 0 ? '$(error)' : '$(beaker)'} ${pipeline}: ${what}`, 5_000);
}

function pipelineItem(controller: vscode.TestController, { folder, name, file }: PipelineEntry): vscode.TestItem {
  const item = controller.items.get(folder) ?? controller.createTestItem(folder, name, vscode.Uri.file(file));
  item.label = name;
  item.canResolveChildren = true;
  return item;
}

/** Names are told apart within a pipeline. */
function caseId(folder: string, name: string): string {
  return `${folder}#${name}`;
}

async function listCases({ ask }: Studio, controller: vscode.TestController, item: vscode.TestItem): Promise<void> {
  if (item.parent) return;
  const { cases } = await ask('tests.list', { folder: item.id });
  item.children.replace(
    cases.map((each) => {
      const id = caseId(item.id, each.name);
      const child = item.children.get(id) ?? controller.createTestItem(id, each.name, vscode.Uri.file(each.file));
      child.range = toRange(each);
      return child;
    }),
  );
}

async function run(
  studio: Studio,
  controller: vscode.TestController,
  request: vscode.TestRunRequest,
  token: vscode.CancellationToken,
): Promise<Counts> {
  const testRun = controller.createTestRun(request);
  const counts: Counts = { passed: 0, failed: 0 };
  try {
    const wanted = request.include ?? [...controller.items].map(([, item]) => item);
    for (const [folder, cases] of Map.groupBy(wanted, ({ parent, id }) => parent?.id ?? id)) {
      const root = controller.items.get(folder);
      if (root) await runFolder(studio, { testRun, counts, signal: signalOf(token) }, root, cases);
    }
    return counts;
  } finally {
    testRun.end();
  }
}

interface Counts {
  passed: number;
  failed: number;
}

interface Running {
  readonly testRun: vscode.TestRun;
  readonly counts: Counts;
  readonly signal: AbortSignal;
}

async function runFolder(
  { ask, pipelines }: Studio,
  { testRun, counts, signal }: Running,
  root: vscode.TestItem,
  chosen: readonly vscode.TestItem[],
): Promise<void> {
  const isAll = chosen.includes(root);
  const items = isAll ? [...root.children].map(([, item]) => item) : chosen;
  for (const item of items) testRun.started(item);
  const reported = new Set<string>();
  const report = ({ results }: { readonly results: readonly TestCaseResult[] }) => {
    for (const result of results) {
      const item = root.children.get(caseId(root.id, result.name));
      if (!item || reported.has(item.id)) continue;
      reported.add(item.id);
      counts[result.state]++;
      tell(testRun, item, result);
    }
  };
  try {
    const names = isAll ? undefined : items.map(({ label }) => label);
    report(await ask('tests.run', { ...pipelines.target(root.id), names }, { signal, onSnapshot: report }));
  } catch (error) {
    const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
    for (const item of items.filter(({ id }) => !reported.has(id))) {
      counts.failed++;
      testRun.errored(item, message);
    }
  }
}

function tell(testRun: vscode.TestRun, item: vscode.TestItem, result: TestCaseResult): void {
  if (result.state === 'passed') {
    testRun.passed(item, result.elapsedMs);
    return;
  }
  const text = result.message ?? 'it differs';
  const { expected, actual } = result;
  const hasDiff = expected !== undefined && actual !== undefined;
  const message = hasDiff ? vscode.TestMessage.diff(text, expected, actual) : new vscode.TestMessage(text);
  message.location = new vscode.Location(item.uri!, toRange(result));
  testRun.failed(item, message, result.elapsedMs);
}

/** One case at a time: a debugger stops in one place. */
async function debug({ pipelines }: Studio, request: vscode.TestRunRequest): Promise<void> {
  const item = request.include?.find(({ parent }) => parent !== undefined);
  if (!item?.parent) {
    void vscode.window.showInformationMessage('Choose one case to debug.');
    return;
  }
  const folder = item.parent.id;
  await startDebugging(folder, { environment: pipelines.environment(folder), case: item.label });
}

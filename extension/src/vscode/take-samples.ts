import * as vscode from 'vscode';
import type { SampleOrigin } from '../../../engine/src/protocol/samples.ts';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import { describeTaken, redactionOf } from '../samples/taken.ts';
import type { Studio } from './studio.ts';

const DEFAULT_RECORDS = 100;

/** Saves records from a queue, an object, a file, dead letters or a running engine into the pipeline's `samples/`. */
export async function takeSamples(studio: Studio, pipeline: PipelineEntry, given: unknown): Promise<void> {
  const from = originOf(given) ?? (await askOrigin(studio, pipeline.folder));
  if (!from || !(await isAccepted(studio, pipeline.folder, from))) return;
  const limit = await askLimit();
  if (limit === undefined) return;
  const fields = await askFields();
  if (fields === undefined) return;
  const name = `${from.type}-${new Date().toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-')}`;
  const params = { ...studio.pipelines.target(pipeline.folder), from, limit, name, redact: redactionOf(fields) };
  const options = { location: vscode.ProgressLocation.Notification, title: 'Taking samples', cancellable: true };
  const taken = await vscode.window.withProgress(options, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    const onSnapshot = ({ records }: { records: number }) => progress.report({ message: `${records} records` });
    return studio.ask('samples.take', params, { signal: controller.signal, onSnapshot });
  });
  await studio.pipelines.refresh();
  await vscode.window.showTextDocument(vscode.Uri.file(taken.file), { preview: true });
  void vscode.window.showInformationMessage(describeTaken(taken));
}

/** Of the tree, where something was pointed at. */
function originOf(given: unknown): SampleOrigin | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  if ('queue' in given && typeof given.queue === 'string') return { type: 'queue', queue: given.queue };
  if ('uri' in given && typeof given.uri === 'string') return { type: 'object', uri: given.uri };
  return undefined;
}

async function askOrigin(studio: Studio, folder: string): Promise<SampleOrigin | undefined> {
  const items = [
    { label: '$(list-ordered) A queue', detail: 'Received for a moment and put back', type: 'queue' },
    { label: '$(cloud) An object', detail: 's3://bucket/key', type: 'object' },
    { label: '$(file) A file', type: 'file' },
    { label: '$(mail) Dead letters of this pipeline', type: 'dead-letters' },
    { label: '$(pulse) A running engine', detail: 'Records as they pass, by its tap', type: 'engine' },
  ] as const;
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Samples from where?' });
  switch (picked?.type) {
    case 'queue':
      return await askQueue(studio, folder);
    case 'object': {
      const uri = await vscode.window.showInputBox({ prompt: 'Address of the object', placeHolder: 's3://bucket/key' });
      return uri ? { type: 'object', uri } : undefined;
    }
    case 'file': {
      const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false, openLabel: 'Take Samples' })) ?? [];
      if (file) await studio.allow(file.fsPath);
      return file && { type: 'file', file: file.fsPath };
    }
    case 'dead-letters':
      return { type: 'dead-letters' };
    case 'engine':
      return await askEngine(studio.context.secrets);
    default:
      return undefined;
  }
}

async function askQueue({ ask, pipelines }: Studio, folder: string): Promise<SampleOrigin | undefined> {
  const { queues } = await ask('cloud.queues', { ...pipelines.target(folder), all: true });
  const items = queues.map(({ name, messages, isFifo }) => ({
    label: name,
    description: `${messages} messages${isFifo ? ', FIFO' : ''}`,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which queue?' });
  return picked && { type: 'queue', queue: picked.label };
}

/** Tokens are kept by the editor's secret storage, by the address they are for. */
async function askEngine(secrets: vscode.SecretStorage): Promise<SampleOrigin | undefined> {
  const prompt = 'Address of the engine’s pages (telemetry.listen)';
  const url = await vscode.window.showInputBox({ prompt, value: 'http://127.0.0.1:9090' });
  if (!url) return undefined;
  const key = `tap ${url}`;
  const known = await secrets.get(key);
  const token = await vscode.window.showInputBox({
    prompt: 'Token of its tap; empty where it needs none',
    password: true,
    value: known,
  });
  if (token === undefined) return undefined;
  if (token !== '') await secrets.store(key, token);
  return token === '' ? { type: 'engine', url } : { type: 'engine', url, token };
}

/** What taking costs is said before it is done. */
async function isAccepted({ ask, pipelines }: Studio, folder: string, from: SampleOrigin): Promise<boolean> {
  const { refused, warnings } = await ask('samples.cost', { ...pipelines.target(folder), from });
  if (refused !== undefined) {
    await vscode.window.showErrorMessage(`Samples are not taken: ${refused}`);
    return false;
  }
  if (warnings.length === 0) return true;
  const options = { modal: true, detail: warnings.join('\n') };
  return (await vscode.window.showWarningMessage('Take samples?', options, 'Take Samples')) !== undefined;
}

async function askLimit(): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    prompt: 'Records, at most',
    value: String(DEFAULT_RECORDS),
    validateInput: (given) => (/^[1-9]\d{0,4}$/.test(given) ? undefined : 'A number from 1 to 99999'),
  });
  return text === undefined ? undefined : Number(text);
}

async function askFields(): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    prompt: 'Fields to redact besides those that pipeline.yaml names',
    placeHolder: 'user.email, items.*.name',
  });
}

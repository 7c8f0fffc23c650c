import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { LeftWork } from '../pages/conversation.ts';
import { wordsOf } from '../pages/lasting-work.ts';
import type { Studio } from './studio.ts';

/** What ends sooner is not worth a notification that goes at once. */
const WORTH_SHOWING_MS = 1_000;

/** Goes on in a notification with what a page left: how far it is, how to stop it, what came of it. */
export async function tellOfLeftWork({ tell }: Studio, work: LeftWork): Promise<void> {
  const { title, done } = wordsOf(work.method);
  try {
    const isOver = work.result.then(() => true);
    if (!(await Promise.race([isOver, sleep(WORTH_SHOWING_MS, false)]))) await showProgress(title, work);
    const said = done?.((await work.result) as never, work.params as never);
    if (said !== undefined) void vscode.window.showInformationMessage(`Parquetry: ${said}`);
  } catch (error) {
    tell(error);
  }
}

async function showProgress(title: string, work: LeftWork): Promise<void> {
  const words = wordsOf(work.method);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => work.cancel());
    work.onSnapshot((snapshot) => progress.report({ message: words.progress?.(snapshot as never) }));
    await work.result;
  });
}

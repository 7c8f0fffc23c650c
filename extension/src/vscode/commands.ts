import * as vscode from 'vscode';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import type { CommandId } from '../command-ids.ts';
import type { PipelinePage } from '../pages/routes.ts';
import { selectProfile } from './aws-profile.ts';
import type { Checks } from './checks.ts';
import { debugRecord } from './debug.ts';
import { newPipeline } from './new-pipeline.ts';
import type { Pages } from './pages.ts';
import { pickPipeline } from './pick-pipeline.ts';
import { openReference } from './reference.ts';
import { restartEngine } from './restart-engine.ts';
import type { Runs } from './runs.ts';
import { openS3Object } from './s3-object.ts';
import type { Studio } from './studio.ts';
import { takeSamples } from './take-samples.ts';
import type { Tests } from './test-explorer.ts';

export interface CommandParts {
  readonly studio: Studio;
  readonly pages: Pages;
  readonly checks: Checks;
  readonly runs: Runs;
  readonly tests: Tests;
}

type Command = (...given: unknown[]) => unknown;

/** What each command does. One that is about a pipeline takes whatever tells which, or asks. */
export function createCommands({ studio, pages, checks, runs, tests }: CommandParts): Record<CommandId, Command> {
  const { pipelines } = studio;
  const on = (act: (pipeline: PipelineEntry, given: unknown) => unknown): Command => {
    return async (given) => {
      const pipeline = await pickPipeline(studio, given);
      return pipeline && (await act(pipeline, given));
    };
  };
  const show = (page: PipelinePage): Command => on(({ folder }) => pages.show({ page, ...pipelines.target(folder) }));
  return {
    newPipeline: () => newPipeline(studio),
    openStudio: () => pages.show({ page: 'home' }),
    preview: show('preview'),
    profile: show('profile'),
    plan: show('plan'),
    showSamples: show('samples'),
    showDeadLetters: show('dead-letters'),
    openTransform: on(openTransform),
    run: on((pipeline) => runs.start(pipeline.folder)),
    stopRun: (given) => runs.stop(given),
    showRun: (given) => runs.show(given),
    feedSamples: on((pipeline) => runs.feed(pipeline.folder)),
    runTests: on(({ folder }) => tests.run(folder)),
    debugRecord: on((pipeline, given) => debugRecord(studio, pipeline, given)),
    takeSamples: on((pipeline, given) => takeSamples(studio, pipeline, given)),
    openS3Object: (given) => openS3Object(studio, pages, given),
    selectEnvironment: on((pipeline) => selectEnvironment(studio, pipeline)),
    selectProfile: () => selectProfile(studio),
    toggleLock: () => toggleLock(pages),
    check: on((pipeline) => check(checks, pipeline)),
    refresh: () => pipelines.refresh(),
    restartEngine: () => restartEngine(studio.host),
    openReference: (given) => openReference(studio.context, given),
    showLog: () => studio.log.show(),
  };
}

async function openTransform({ transform, file }: PipelineEntry): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(transform ?? file), { viewColumn: vscode.ViewColumn.One });
}

async function selectEnvironment({ pipelines }: Studio, { folder, name, environments }: PipelineEntry): Promise<void> {
  const now = pipelines.environment(folder);
  const mark = (environment: string | undefined) => (environment === now ? '$(check)' : undefined);
  const items = [
    ...environments.map((environment) => ({ label: environment, description: mark(environment), environment })),
    { label: 'none', description: mark(undefined), detail: 'The pipeline file as it stands', environment: undefined },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: `Environment of ${name}` });
  if (picked) await pipelines.choose(folder, picked.environment);
}

function toggleLock(pages: Pages): void {
  if (!pages.toggleLock()) {
    void vscode.window.showInformationMessage('No page of a pipeline is open: there is nothing to lock.');
  }
}

async function check(checks: Checks, { folder, name }: PipelineEntry): Promise<void> {
  const diagnoses = await checks.run(folder);
  const bad = diagnoses.filter(({ severity }) => severity !== 'info').length;
  if (bad > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
  else vscode.window.setStatusBarMessage(`$(check) ${name}: nothing is wrong`, 5_000);
}

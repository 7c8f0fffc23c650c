import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { toolDefinitions } from '../../engine/src/protocol/tools.ts';
import { commandIds, commandName } from './command-ids.ts';

const extension = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
const { contributes } = manifest;
const sources = readdirSync(path.join(extension, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(path.join(extension, 'src', file), 'utf8') }));
const all = sources.map(({ text }) => text).join('\n');

/** Every `command` anywhere in the manifest, and those of links in its texts. */
function commandsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"command":"(parquetry\.\w+)"|command:(parquetry\.\w+)/g)].map(
    ([, a, b]) => a ?? b!,
  );
}

test('the manifest has the commands that the code has', () => {
  const declared = contributes.commands.map(({ command }: { command: string }) => command);
  expect(declared.toSorted()).toEqual(commandIds.map(commandName).toSorted());
});

test('every command is under "Parquetry:" and has an icon', () => {
  for (const { category, title, icon } of contributes.commands) {
    expect(category).toBe('Parquetry');
    expect(title).toMatch(/^[A-Z]/);
    expect(icon).toMatch(/^\$\([\w-]+\)$/);
  }
});

test('menus, keys, welcome texts and the walkthrough name commands that exist', () => {
  const { menus, keybindings, viewsWelcome, walkthroughs } = contributes;
  const named = commandsIn({ menus, keybindings, viewsWelcome, walkthroughs });
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !commandIds.some((id) => commandName(id) === name))).toEqual([]);
});

test('every setting is read somewhere, and every one that is read exists', () => {
  const declared = Object.keys(contributes.configuration.properties).map((name) => name.replace('parquetry.', ''));
  const read = [...all.matchAll(/\bget(?:<\w+>)?\(\s*'(\w+)'[,)]/g)].map(([, name]) => name!);
  const settings = read.filter((name) => declared.includes(name));
  expect([...new Set(settings)].toSorted()).toEqual(declared.toSorted());
});

test('views, editors, debuggers and servers that are declared are registered', () => {
  const views = Object.values<{ id: string }[]>(contributes.views).flat();
  const ids = [
    ...views.map(({ id }) => id),
    ...contributes.customEditors.map(({ viewType }: { viewType: string }) => viewType),
    ...contributes.debuggers.map(({ type }: { type: string }) => type),
    ...contributes.mcpServerDefinitionProviders.map(({ id }: { id: string }) => id),
  ];
  for (const id of ids) expect(all, id).toContain(`'${id}'`);
});

/**
 * VS Code derives the other events from what is declared. A folder that holds a pipeline is none of them, yet `parquetry.hasPipelines`, which
 * enables commands and shows buttons, is set by the code, as are checks, the status bar and what the Test Explorer lists.
 */
test('pages that an editor restores start the extension, and folders that hold a pipeline; nothing else does', () => {
  const [, viewType] = /VIEW_TYPE = '([\w.]+)'/.exec(all) ?? [];
  expect(manifest.activationEvents).toEqual([
    'workspaceContains:**/pipeline.yaml',
    'workspaceContains:**/pipeline.yml',
    `onWebviewPanel:${viewType}`,
  ]);
  expect(JSON.stringify(contributes.menus)).toContain('parquetry.hasPipelines');
});

test('tools for language models are those of the engine, word for word', () => {
  const declared = contributes.languageModelTools.map(
    ({ name, displayName, modelDescription, inputSchema }: Record<string, unknown>) => ({
      name,
      title: displayName,
      description: modelDescription,
      inputSchema,
    }),
  );
  expect(declared).toEqual(
    toolDefinitions.map(({ name, title, description, inputSchema }) => ({ name, title, description, inputSchema })),
  );
});

test('the walkthrough has five steps, each short and with an action', () => {
  const [{ steps }] = contributes.walkthroughs;
  expect(steps).toHaveLength(5);
  for (const { description, media } of steps) {
    expect(description).toMatch(/\[[^\]]+\]\(command:parquetry\.\w+\)/);
    expect(description.length).toBeLessThan(250);
    readFileSync(path.join(extension, media.image));
  }
});

describe('the house', () => {
  test('only src/vscode imports vscode', () => {
    const breaches = sources.filter(({ file, text }) => !file.startsWith('vscode/') && /from 'vscode'/.test(text));
    expect(breaches.map(({ file }) => file)).toEqual([]);
  });

  test('of the engine, only its protocol is imported', () => {
    const targets = sources.flatMap(({ text }) =>
      [...text.matchAll(/from '((?:\.\.\/)+engine\/src[^']*)'/g)].map(([, to]) => to!),
    );
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => !target.includes('/engine/src/protocol/'))).toEqual([]);
  });

  test('nothing is measured or sent: there is no telemetry', () => {
    expect(all).not.toMatch(/createTelemetryLogger|\bfetch\(|https?:\/\/(?!127\.0\.0\.1|localhost)/);
  });
});

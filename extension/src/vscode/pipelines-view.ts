import path from 'node:path';
import * as vscode from 'vscode';
import type { WireError } from '../../../engine/src/protocol/frames.ts';
import {
  describeObject,
  describeQueue,
  environmentNodes,
  type Group,
  objectLabel,
  pipelineChildren,
  type TreeNode,
} from '../pipelines/tree-nodes.ts';
import type { Runs } from './runs.ts';
import type { Studio } from './studio.ts';

const MAX_OBJECTS = 100;
/** How often queues are looked at while a run takes from them: ages of an account's cost a request for metrics each. */
const LOOK_MS = 10_000;
/** What was just sent takes a moment to be counted. */
const FED_MS = 1_000;
const groupLabels: Record<Group, readonly [label: string, icon: string]> = {
  samples: ['Samples', 'files'],
  environments: ['Environments', 'globe'],
  queues: ['Queues', 'list-ordered'],
  buckets: ['Buckets', 'database'],
};

/** Pipelines, and what they read and write: queues and buckets are asked for when they are opened, not before. */
export function registerPipelinesView(studio: Studio, runs: Runs): void {
  const changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  /** By folder, as they are in the tree. */
  const queues = new Map<string, TreeNode>();
  const tree: vscode.TreeDataProvider<TreeNode> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (node) => item(node),
    async getChildren(node) {
      const found = await children(studio, node);
      for (const each of found) if (each.type === 'group' && each.group === 'queues') queues.set(each.folder, each);
      return found;
    },
  };
  const view = vscode.window.createTreeView('parquetry.pipelines', { treeDataProvider: tree, showCollapseAll: true });
  const lookAgain = () => view.visible && queues.size > 0 && changed.fire([...queues.values()]);
  const looking = setInterval(() => runs.isAnyGoing && lookAgain(), LOOK_MS);
  let fed: NodeJS.Timeout | undefined;
  studio.context.subscriptions.push(
    changed,
    view,
    { dispose: studio.pipelines.onChange(() => changed.fire(undefined)) },
    runs.onChange(() => changed.fire(undefined)),
    runs.onFed(() => {
      clearTimeout(fed);
      fed = setTimeout(lookAgain, FED_MS);
    }),
    {
      dispose() {
        clearInterval(looking);
        clearTimeout(fed);
      },
    },
  );
}

async function children(studio: Studio, node: TreeNode | undefined): Promise<TreeNode[]> {
  const { pipelines } = studio;
  if (node === undefined) {
    const entries = await pipelines.all().catch(() => []);
    return entries.map(({ folder, name }) => ({ type: 'pipeline', name, ...pipelines.target(folder) }));
  }
  const entry = 'folder' in node ? pipelines.at(node.folder) : undefined;
  if (entry === undefined) return [];
  if (node.type === 'pipeline') return pipelineChildren(entry);
  if (node.type === 'group' && node.group === 'samples') {
    return entry.samples.map((file) => ({ type: 'file', folder: entry.folder, file }));
  }
  if (node.type === 'group' && node.group === 'environments') {
    return environmentNodes(entry, pipelines.environment(entry.folder));
  }
  return await inAccount(studio, node).catch((error) => [problem(studio, error)]);
}

/** What an account holds of the pipeline. */
async function inAccount({ ask, pipelines }: Studio, node: TreeNode): Promise<TreeNode[]> {
  if (node.type === 'group' && node.group === 'queues') {
    const { queues } = await ask('cloud.queues', pipelines.target(node.folder));
    return queues.map((info) => ({ type: 'queue', folder: node.folder, queue: info.name, info }));
  }
  if (node.type === 'group') {
    const { buckets } = await ask('cloud.buckets', pipelines.target(node.folder));
    return buckets.map((bucket) => ({ type: 'bucket', folder: node.folder, bucket }));
  }
  if (node.type !== 'bucket') return [];
  const { folder, bucket, prefix } = node;
  const { objects, folders } = await ask('cloud.objects', { ...pipelines.target(folder), bucket, prefix });
  if (objects.length + folders.length === 0) return [{ type: 'note', text: 'empty', isProblem: false }];
  return [
    ...folders.map((below): TreeNode => ({ type: 'bucket', folder, bucket, prefix: below })),
    ...objects.slice(0, MAX_OBJECTS).map((info): TreeNode => ({ type: 'object', folder, uri: info.uri, info })),
  ];
}

/** In its place in the tree; only what a login would mend is said aloud, too. */
function problem({ tell }: Studio, thrown: unknown): TreeNode {
  const { message, hint, login } = thrown as Partial<WireError>;
  if (login) tell(thrown);
  return { type: 'note', text: [message ?? String(thrown), hint].filter(Boolean).join('. '), isProblem: true };
}

function item(node: TreeNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const make = (label: string, icon: string, state = None, more: Partial<vscode.TreeItem> = {}) =>
    Object.assign(new vscode.TreeItem(label, state), {
      iconPath: new vscode.ThemeIcon(icon),
      contextValue: node.type,
      ...more,
    });
  switch (node.type) {
    case 'pipeline':
      return make(node.name, 'layers', Expanded, { description: node.environment, tooltip: node.folder });
    case 'group': {
      const [label, icon] = groupLabels[node.group];
      return make(label, icon, Collapsed);
    }
    case 'file': {
      const resourceUri = vscode.Uri.file(node.file);
      const command = { command: 'vscode.open', title: 'Open', arguments: [resourceUri] };
      return make(path.basename(node.file), 'file', None, { resourceUri, command, iconPath: vscode.ThemeIcon.File });
    }
    case 'environment': {
      const command = { command: 'parquetry.selectEnvironment', title: 'Select', arguments: [node] };
      return make(node.environment ?? 'none', node.isChosen ? 'check' : 'blank', None, { command });
    }
    case 'queue': {
      const description = describeQueue(node.info);
      return make(node.queue, node.info.problem === undefined ? 'inbox' : 'warning', None, {
        description,
        tooltip: node.info.url,
      });
    }
    case 'bucket': {
      const label = node.prefix?.split('/').filter(Boolean).at(-1) ?? node.bucket;
      return make(label, node.prefix === undefined ? 'database' : 'folder', Collapsed);
    }
    case 'object': {
      const isParquet = /\.parq(uet)?$/.test(node.uri);
      const command = { command: 'parquetry.openS3Object', title: 'Open', arguments: [node] };
      const description = describeObject(node.info, Date.now());
      const label = objectLabel(node.info, node.info.key.slice(0, node.info.key.lastIndexOf('/') + 1));
      return make(label, isParquet ? 'table' : 'file', None, {
        description,
        tooltip: node.uri,
        ...(isParquet ? { command } : {}),
      });
    }
    case 'note':
      return make(node.text, node.isProblem ? 'warning' : 'blank', None, { tooltip: node.text });
  }
}

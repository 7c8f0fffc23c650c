import type { Profiler } from 'node:inspector';

/** Time of a line of a script. */
export interface ScriptLine {
  /** 1-based. */
  readonly line: number;
  readonly ms: number;
}

interface Node {
  readonly profile: Profiler.ProfileNode;
  readonly parent?: Node;
}

/** Lines behind the beginning of a function in which its calls are looked for. */
const FUNCTION_LINES = 400;

/** The script that is looked at. */
export interface ProfiledScript {
  /** Its name in the profile, and its text. */
  readonly url: string;
  readonly code: string;
  /** Whether a line, 1-based, is the user's; others are of libraries that were bundled with it. */
  isOwn(line: number): boolean;
}

/**
 * Time by the user's lines of a script, with what their calls cost elsewhere: libraries, built-ins, values that are read lazily. V8
 * counts samples by line where they hit; a call is put on the line that names it, or else among the lines of the function that makes
 * it, as their own times are. Pure.
 */
export function lineCosts(profile: Profiler.Profile, script: ProfiledScript): ScriptLine[] {
  const { code } = script;
  const isOwn = ({ callFrame: { url, lineNumber } }: Profiler.ProfileNode) =>
    url === script.url && script.isOwn(lineNumber + 1);
  const lines = code.split('\n');
  const tickMs = sampleMs(profile);
  const costs = new Map<number, number>();
  const add = (line: number, ms: number) => costs.set(line, (costs.get(line) ?? 0) + ms);
  const nodes = linked(profile);
  for (const node of nodes.values()) {
    const { callFrame, hitCount = 0, positionTicks = [] } = node.profile;
    if (hitCount === 0 || callFrame.functionName === '(garbage collector)') continue;
    if (isOwn(node.profile)) {
      for (const { line, ticks } of positionTicks) add(line, ticks * tickMs);
      continue;
    }
    const call = callFrom(node, isOwn);
    if (call) for (const [line, share] of linesOf(call, lines)) add(line, hitCount * share * tickMs);
  }
  return Array.from(costs, ([line, ms]) => ({ line, ms })).sort((a, b) => b.ms - a.ms);
}

function sampleMs({ startTime, endTime, samples = [] }: Profiler.Profile): number {
  return samples.length === 0 ? 0 : (endTime - startTime) / 1_000 / samples.length;
}

function linked({ nodes }: Profiler.Profile): Map<number, Node> {
  const byId = new Map(nodes.map((profile) => [profile.id, profile]));
  const found = new Map<number, Node>();
  const visit = (profile: Profiler.ProfileNode, parent: Node | undefined) => {
    const node = { profile, parent };
    found.set(profile.id, node);
    for (const child of profile.children ?? []) visit(byId.get(child)!, node);
  };
  if (nodes[0]) visit(nodes[0], undefined);
  return found;
}

/** Where the script called what led here: its function, and the name of what it called. */
interface Call {
  readonly caller: Profiler.ProfileNode;
  readonly callee: string;
}

function callFrom(node: Node, isOwn: (node: Profiler.ProfileNode) => boolean): Call | undefined {
  let { functionName: callee } = node.profile.callFrame;
  for (let at = node.parent; at; at = at.parent) {
    if (isOwn(at.profile)) return { caller: at.profile, callee };
    callee = at.profile.callFrame.functionName;
  }
  return undefined;
}

function linesOf({ caller, callee }: Call, lines: readonly string[]): (readonly [line: number, share: number])[] {
  const first = caller.callFrame.lineNumber; // 0-based
  const name = callee
    .split('.')
    .at(-1)!
    .replace(/^(?:get|set) /, '');
  if (name !== '') {
    const end = Math.min(lines.length, first + FUNCTION_LINES);
    for (let at = first; at < end; at++) if (names(lines[at]!, name)) return [[at + 1, 1]];
  }
  const ticks = caller.positionTicks ?? [];
  const sum = ticks.reduce((total, tick) => total + tick.ticks, 0);
  if (sum === 0) return [[first + 1, 1]];
  return ticks.map(({ line, ticks: own }) => [line, own / sum] as const);
}

function names(line: string, name: string): boolean {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const [before, behind] = [line[at - 1] ?? ' ', line[at + name.length] ?? ' '];
    if (!/[\w$]/.test(before) && !/[\w$]/.test(behind)) return true;
  }
  return false;
}

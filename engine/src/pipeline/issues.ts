import type { z } from 'zod';
import { closest } from '../core/closest.ts';
import { keyOriginAt, type Located, type LocatedScalar, nodeAt, originAt, type Path, pathText } from './located.ts';
import { errorAt, type Problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** Names of the keys that are allowed at a path; for "did you mean". */
export type KnownKeys = (path: Path) => readonly string[];

/** What the schema found wrong, as problems at the places to blame. Silent about values whose variable is missing: that is said already. */
export function problemsOfIssues(issues: readonly Issue[], root: Located, knownKeys: KnownKeys): Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(flatten(issue), root, knownKeys));
}

/** Places of values that the schema refused; through unions to the value itself. */
export function refusedPaths(issues: readonly Issue[]): Path[] {
  return issues.map((issue) => flatten(issue).path);
}

function problemsOfIssue(issue: Issue, root: Located, knownKeys: KnownKeys): Problem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(root, [...issue.path, key], knownKeys));
  const node = nodeAt(root, issue.path);
  if (node?.kind === 'scalar' && node.unresolved) return [];
  const isMissing = node === undefined || (node.kind === 'scalar' && node.value === null);
  const subject = issue.path.length === 0 ? 'the file' : pathText(issue.path);
  const wanted = ruleOf(issue);
  if (isMissing && issue.path.length > 0)
    return [
      errorAt(originAt(root, issue.path), `${subject} is required`, `It ${wanted}.`, {
        kind: 'missing-key',
        path: issue.path,
      }),
    ];
  if (!wanted.startsWith('must')) return [errorAt(originAt(root, issue.path), `${subject}: ${wanted}`)];
  const rule = wanted.replace(/, got .*$/s, '');
  const mistake = { kind: 'wrong-value', path: issue.path, near: nearValue(issue, node) } as const;
  const message = `${subject} ${rule}, got ${shown(node)}`;
  return [errorAt(originAt(root, issue.path), message, valueHint(issue, node), mistake)];
}

/** A union that fails is told as the branch that came nearest: the one whose shape fits. */
function flatten(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return issue;
  const fitting = issue.errors.filter((branch) => !branch.some(isShapeMismatch));
  const best = fitting.sort((a, b) => a.length - b.length)[0]?.[0];
  return best ? flatten({ ...best, path: [...issue.path, ...best.path] }) : issue;
}

function isShapeMismatch(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

/** What the value has to be, beginning with "must" unless the schema's author worded it otherwise. */
function ruleOf(issue: Issue): string {
  if (!/^(Invalid|Too|Unrecognized)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String))}`;
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most');
    case 'invalid_format':
      return issue.format === 'url'
        ? 'must be a URL such as http://localhost:4566'
        : `must match ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return `must be ${alternativesOf(issue)}`;
    default:
      return issue.message;
  }
}

/** What a union would have taken: the values that tell its branches apart, or the shapes of the branches. */
function alternativesOf(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  if ('options' in issue && issue.options) return listed(issue.options.map(String));
  return issue.errors
    .map((branch) =>
      branch
        .map(ruleOf)
        .join(' and ')
        .replace(/^must be /, ''),
    )
    .join(' or ');
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function bound(origin: string, limit: number, words: string): string {
  if (origin === 'string')
    return limit === 1 && words === 'at least' ? 'must not be empty' : `must have ${words} ${limit} characters`;
  if (origin === 'array' || origin === 'set') return `must have ${words} ${limit} item${limit === 1 ? '' : 's'}`;
  return `must be ${words} ${limit}`;
}

function unknownKey(root: Located, path: Path, knownKeys: KnownKeys): Problem {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const known = knownKeys(parent);
  const near = closest(key, known);
  const place = parent.length === 0 ? 'the file' : pathText(parent);
  if (near === key) {
    const message = `${place} cannot have ${key} beside the other keys`;
    return errorAt(keyOriginAt(root, path), message, undefined, { kind: 'surplus-key', path });
  }
  const hint = near ? `Did you mean ${near}?` : known.length > 0 ? `Known keys: ${known.join(', ')}.` : undefined;
  const message = `${place} has no key ${JSON.stringify(key)}`;
  return errorAt(keyOriginAt(root, path), message, hint, { kind: 'unknown-key', path, near });
}

function valueHint(issue: Issue, node: Located | undefined): string | undefined {
  if (node?.kind !== 'scalar') return undefined;
  if (issue.code === 'invalid_type' && issue.expected === 'string' && node.template === undefined) {
    const { line, text, column, length } = node.origin;
    return line === 0 ? 'Put it in quotes.' : `Put it in quotes: "${text.slice(column - 1, column - 1 + length)}".`;
  }
  const near = nearValue(issue, node);
  return near ? `Did you mean ${near}?` : undefined;
}

function nearValue(issue: Issue, node: Located | undefined): string | undefined {
  return node?.kind === 'scalar' ? closest(String(node.value), valuesOf(issue)) : undefined;
}

/** The values a place takes, where they can be counted. */
function valuesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue ? (issue.options ?? []).map(String) : [];
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `one of ${values.join(', ')}`;
}

/** The value as it was written, shortened. A variable is shown by its name: its value may be nobody's business. */
function shown(node: Located | undefined): string {
  if (!node) return 'nothing';
  if (node.kind === 'scalar') return shownScalar(node);
  return node.kind === 'list' ? 'a list' : 'a map';
}

function shownScalar(node: LocatedScalar): string {
  const text = node.template ?? JSON.stringify(node.value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Known keys out of a JSON Schema: through arrays, unions and maps. */
export function knownKeysOf(schema: unknown): KnownKeys {
  return (path) => {
    const found = path.reduce<unknown[]>((at, key) => at.flatMap((node) => step(node, key)), [schema]);
    return [
      ...new Set(found.flatMap((node) => branchesOf(node).flatMap((branch) => Object.keys(branch.properties ?? {})))),
    ];
  };
}

interface SchemaNode {
  properties?: Record<string, unknown>;
  additionalProperties?: unknown;
  items?: unknown;
  anyOf?: unknown[];
  oneOf?: unknown[];
}

function step(node: unknown, key: PropertyKey): unknown[] {
  return branchesOf(node).flatMap((branch) => {
    if (typeof key === 'number') return branch.items ? [branch.items] : [];
    const own = branch.properties && Object.hasOwn(branch.properties, key) ? branch.properties[String(key)] : undefined;
    return [own ?? branch.additionalProperties].filter((next) => typeof next === 'object' && next !== null);
  });
}

function branchesOf(node: unknown): SchemaNode[] {
  if (typeof node !== 'object' || node === null) return [];
  const { anyOf = [], oneOf = [] } = node as SchemaNode;
  return [node as SchemaNode, ...anyOf.flatMap(branchesOf), ...oneOf.flatMap(branchesOf)];
}

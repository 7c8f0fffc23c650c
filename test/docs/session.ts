import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { captureContext } from '../../engine/src/cli/captured-context.ts';
import { main } from '../../engine/src/cli/main.ts';

/** A command of a console block, and what the page says it prints. */
export interface Command {
  readonly text: string;
  readonly printed: string;
}

/** What a command printed, on both streams in the order of printing, and how it ended. */
export interface Outcome {
  readonly output: string;
  readonly code: number;
}

/** Splits a console block: lines behind `$ ` are commands, all others what they print. */
export function parseConsole(text: string): Command[] {
  const [before = '', ...commands] = text.split(/^\$ /m);
  if (before.trim() !== '') throw new Error(`output without a command: ${before}`);
  return commands.map((command) => {
    const [first = '', ...rest] = command.split('\n');
    return { text: first, printed: rest.join('\n') };
  });
}

/** Runs one command in a folder, in this process: `parquetry`, with variables before it, or `cat`. */
export async function runCommand(text: string, cwd: string): Promise<Outcome> {
  const words = expand(splitWords(text), cwd);
  const env: Record<string, string> = {};
  for (let pair = assignment(words); pair; pair = assignment(words)) env[pair[0]] = pair[1];
  const [program, ...args] = words;
  if (program === 'cat')
    return { output: args.map((file) => readFileSync(path.join(cwd, file), 'utf8')).join(''), code: 0 };
  if (program !== 'parquetry') throw new Error(`cannot run ${program}: say why in the block's no-run`);
  const context = captureContext({ cwd, env });
  // One stream for both, as on a terminal.
  const code = await main(args, { ...context, stderr: context.stdout });
  return { output: context.out(), code };
}

function assignment(words: string[]): [string, string] | undefined {
  const match = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(words[0] ?? '');
  if (match) words.shift();
  return match ? [match[1]!, match[2]!] : undefined;
}

/** Words as a shell splits them, single and double quotes taken off. */
function splitWords(text: string): string[] {
  return Array.from(text.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g), ([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}

function expand(words: readonly string[], cwd: string): string[] {
  return words.flatMap((word) => (word.includes('*') ? globSync(word, { cwd }).sort() : [word]));
}

/** What differs from run to run, by what stands for it. */
const VARIABLE: readonly [RegExp, string][] = [
  // What a run that takes more than five seconds says of its progress.
  [/^\S+: .* records received, .* in flight, .*\n/gm, ''],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/\b(?:[0-9a-f]{16}|[0-9a-f]{24})\b/g, '<hash>'],
  [/\b\d{8}T\d{6}Z\b/g, '<time>'],
  [/"(time)":"[^"]*"/g, '"$1":"<time>"'],
  [/"SentTimestamp":"\d+"/g, '"SentTimestamp":"<time>"'],
  [/127\.0\.0\.1:\d+/g, '<address>'],
  [/\bafter [\d.]+s/g, 'after <time>'],
  [/[\d.]+ (?:B|KiB|MiB)\b/g, '<size>'],
  [/\b\d+(?:\.\d)?%/g, '<share>'],
  [/[\d.]+×/g, '<ratio>'],
  [/ +/g, ' '],
];

function normalized(text: string): string[] {
  const fixed = VARIABLE.reduce((whole, [pattern, name]) => whole.replaceAll(pattern, name), text);
  return fixed.split('\n').map((line) => line.trim());
}

/**
 * Whether a command printed what its page says. In the page `…` stands for the rest of a line, and for any number of lines
 * where it stands alone.
 */
export function isPrinted(printed: string, output: string): boolean {
  const pattern = normalized(printed.trim())
    .map((line) => (line === '…' ? '(?:.*\n)*?' : `${escaped(line)}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${normalized(output.trim()).join('\n')}\n`);
}

function escaped(line: string): string {
  return line
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
}

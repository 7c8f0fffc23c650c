import type { LogFields } from '../../core/telemetry.ts';
import type { Problem } from '../../pipeline/problems.ts';
import type { LogLine } from '../../protocol/run.ts';

/** A longer text is cut: a line is looked at, not read by machines. */
const MAX_CHARACTERS = 600;
/** Said first, and without their names. */
const SENTENCES = ['message', 'error', 'reason', 'hint'];

/** A log event as one line for people: what it says, then its other fields by name. Pure. */
export function logLine(level: LogLine['level'], event: string, fields: LogFields, atMs: number): LogLine {
  const told = SENTENCES.map((name) => fields[name]).filter((value) => typeof value === 'string');
  const rest = Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !(SENTENCES.includes(name) && typeof value === 'string'))
    .map(([name, value]) => `${name}=${valueText(value)}`);
  const text = [told.join(' · '), rest.join(' ')].filter((part) => part !== '').join(' · ');
  return { atMs, level, event, text: cut(text) };
}

/** What a process printed, a line each. */
export function printedLines(event: 'stdout' | 'stderr', text: string, atMs: number): LogLine[] {
  const level = event === 'stderr' ? 'error' : 'info';
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => ({ atMs, level, event, text: cut(line) }));
}

/** What will hurt later, of the pipeline file. */
export function warningLine({ message, hint }: Pick<Problem, 'message' | 'hint'>, atMs: number): LogLine {
  return logLine('warn', 'warning', { message, hint }, atMs);
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS).toWellFormed()}…`;
}

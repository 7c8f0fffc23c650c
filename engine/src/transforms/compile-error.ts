import { dirname } from 'node:path';
import type { BuildFailure, Location, Message } from 'esbuild';
import { type ErrorCode, ParquetryError } from '../core/errors.ts';
import { type GivenPaths, givenPaths } from './given-paths.ts';

/** One of the places at which a module does not compile. */
export interface CompileProblem {
  readonly text: string;
  readonly file?: string;
  /** 1-based, as is `column`, which counts UTF-16 units as editors do. */
  readonly line?: number;
  readonly column?: number;
  readonly code?: string;
  readonly notes: readonly string[];
}

/** All that esbuild found, the first as the error's place, each with its line of code; in `details.problems` as data. */
export function compileError(code: ErrorCode, file: string, failure: BuildFailure): ParquetryError {
  // Without a list of errors it is no failure to compile, but of esbuild itself: a platform without its binary.
  const given = givenPaths(dirname(file));
  const problems = (failure.errors ?? []).map((message) => problemOf(message, given));
  const [first] = problems;
  const text = problems.length > 0 ? problems.map(render).join('\n') : failure.message;
  return new ParquetryError(code, `${file} must compile, got:\n${text}`, {
    hint: hintOf(problems),
    cause: failure,
    file: first?.file ?? file,
    line: first?.line,
    column: first?.column,
    details: { problems },
  });
}

function problemOf({ text, location, notes }: Message, given: GivenPaths): CompileProblem {
  return {
    text,
    ...(location && {
      file: given.of(location.file),
      line: location.line,
      column: columnOf(location),
      code: location.lineText,
    }),
    notes: notes.map((note) => note.text),
  };
}

/** esbuild counts bytes of UTF-8 from 0. */
function columnOf({ lineText, column }: Location): number {
  return Buffer.from(lineText).subarray(0, column).toString().length + 1;
}

function render({ text, file, line, column = 1, code, notes }: CompileProblem): string {
  const more = notes.map((note) => `  ${note}`);
  if (file === undefined) return [text, ...more].join('\n');
  return [`${file}:${line}:${column}: ${text}`, `  ${code}`, `  ${' '.repeat(column - 1)}^`, ...more].join('\n');
}

function hintOf(problems: readonly CompileProblem[]): string | undefined {
  const texts = problems.map(({ text }) => text);
  if (texts.some((text) => text.startsWith('Top-level await'))) return 'Move what has to be awaited into setup().';
  const missing = texts.map((text) => /^Could not resolve "([^./][^"]*)"/.exec(text)?.[1]).find(Boolean);
  return missing === undefined ? undefined : `Install ${missing} in the pipeline's folder, or correct its name.`;
}

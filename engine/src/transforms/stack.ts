import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { CompiledModule } from './compile.ts';
import { isEngineFile } from './engine-files.ts';
import { thrownText } from './thrown.ts';

const MAX_REMEMBERED = 1000;
/** A function without a name in code that was evaluated; elsewhere V8 gives its frame no name. */
const EVALUATED = /^(\s*at )eval \((.*)\)$/;

/** A place in a source file, 1-based. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The name a compiled module has in V8's stacks: told from the user's file, and from one compiled before a change. Without
 * what must not be in a `sourceURL`.
 */
export function scriptName({ file, hash }: CompiledModule): string {
  const name = file.replaceAll(/[\s'"]/g, (unfit) => `%${unfit.charCodeAt(0).toString(16)}`);
  return `${name}?${hash.slice(0, 8)}`;
}

/** Maps stacks of errors thrown in a compiled module. The source map is parsed at the first. */
export interface StackMapper {
  /** `error.stack` as if the user's files had run: without the frames of the engine. A message only for non-errors. */
  map(thrown: unknown): string;
  /** The user's place nearest to where it was thrown. */
  place(thrown: unknown): SourcePlace | undefined;
}

/** A line of a stack with the user's place in it. */
interface Frame {
  readonly text: string;
  readonly place: SourcePlace;
}

/** A mapper for one compiled module. Never throws. */
export function createStackMapper(compiled: CompiledModule): StackMapper {
  const frameOf = rememberFrames(createFrameMapper(compiled));
  return {
    map(thrown) {
      const stack = stackOf(thrown);
      if (stack === undefined) return thrownText(thrown);
      const [head, lines] = splitStack(stack);
      return [head, ...lines.flatMap((line) => frameOf(line)?.text ?? [])].join('\n');
    },
    place(thrown) {
      const frames = splitStack(stackOf(thrown) ?? '')[1].flatMap((line) => frameOf(line) ?? []);
      return frames[0]?.place;
    },
  };
}

/** Finds the place in the user's files of a line and a column of a compiled module, 1-based; none for the API's own. */
export function createPlaceFinder(compiled: CompiledModule): (line: number, column: number) => SourcePlace | undefined {
  const folder = dirname(compiled.file);
  let sourceMap: SourceMap | undefined;
  return (line, column) => {
    sourceMap ??= new SourceMap(JSON.parse(compiled.sourceMap) as SourceMapPayload);
    const entry = sourceMap.findEntry(line - 1, column - 1);
    if (!('originalSource' in entry)) return undefined;
    const file = resolve(folder, entry.originalSource);
    return isEngineFile(file) ? undefined : { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}

/** Whether what stands at an offset of a compiled module is the API's own code. */
export function createApiTest(compiled: CompiledModule): (offset: number) => boolean {
  const folder = dirname(compiled.file);
  let sourceMap: SourceMap | undefined;
  return (offset) => {
    sourceMap ??= new SourceMap(JSON.parse(compiled.sourceMap) as SourceMapPayload);
    const lines = compiled.code.slice(0, offset).split('\n');
    const entry = sourceMap.findEntry(lines.length - 1, lines.at(-1)!.length);
    return 'originalSource' in entry && isEngineFile(resolve(folder, entry.originalSource));
  };
}

/** Maps a line of a stack; undefined for one of the engine, of the API, or of Node. */
function createFrameMapper(compiled: CompiledModule): (line: string) => Frame | undefined {
  const script = scriptName(compiled);
  const placeOf = createPlaceFinder(compiled);
  return (line) => {
    const at = line.indexOf(script);
    const position = at < 0 ? null : /^:(\d+):(\d+)/.exec(line.slice(at + script.length));
    const place = position && placeOf(Number(position[1]), Number(position[2]));
    if (!position || !place) return undefined;
    const rest = line.slice(at + script.length + position[0].length);
    const text = `${line.slice(0, at)}${place.file}:${place.line}:${place.column}${rest}`;
    return { text: text.replace(EVALUATED, '$1$2'), place };
  };
}

/** In a storm of errors the same few lines come again and again. */
function rememberFrames(map: (line: string) => Frame | undefined): (line: string) => Frame | undefined {
  const known = new Map<string, Frame | undefined>();
  return (line) => {
    if (known.has(line)) return known.get(line);
    if (known.size >= MAX_REMEMBERED) known.clear();
    const frame = map(line);
    known.set(line, frame);
    return frame;
  };
}

/** User code can make `stack` anything, also something that throws. */
function stackOf(thrown: unknown): string | undefined {
  try {
    return thrown instanceof Error && typeof thrown.stack === 'string' ? thrown.stack : undefined;
  } catch {
    return undefined;
  }
}

/** The message, which may have lines of its own, and the frames. */
function splitStack(stack: string): [head: string, frames: string[]] {
  const start = stack.search(/\n {4}at /);
  return start < 0 ? [stack, []] : [stack.slice(0, start), stack.slice(start + 1).split('\n')];
}

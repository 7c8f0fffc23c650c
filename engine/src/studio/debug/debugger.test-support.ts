import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { SourceMap } from 'node:module';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** A debugger as editors have them: it reads the maps of scripts, and sets breakpoints in what they were made of. */
export interface Debuggee extends AsyncDisposable {
  /** Runs until a line of a source is reached. `source`: a URL; `line`: 1-based. */
  breakAt(source: string, line: number): Promise<Stop>;
  /** Runs on. Resolves with the next line that is printed. */
  resume(): Promise<string>;
}

export interface Stop {
  readonly place: { readonly source: string; readonly line: number } | undefined;
  /** The value of an expression where it stopped, as text. */
  valueOf(expression: string): Promise<string>;
}

/** Longest line of compiled code that is looked at. */
const LONGEST_LINE = 500;

interface Script {
  readonly scriptId: string;
  readonly endLine: number;
  readonly map: SourceMap;
  readonly sources: readonly string[];
}

interface Paused {
  readonly reason: string;
  readonly callFrames: readonly {
    readonly callFrameId: string;
    readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
  }[];
}

interface Evaluated {
  readonly result: { readonly value?: unknown; readonly unserializableValue?: string };
}

/** Starts a program under a debugger, stopped before its first line. */
export async function startDebugged(program: readonly string[]): Promise<Debuggee> {
  const child = spawn(process.execPath, ['--inspect-brk=0', ...program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = createInterface({ input: child.stdout });
  const { send, on } = await connect(await addressOf(child));
  const scripts: Script[] = [];
  on('Debugger.scriptParsed', (params) => scripts.push(...scriptOf(params as Parsed)));
  await send('Runtime.enable');
  await send('Debugger.enable');
  await send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptWithSourceMapExecution' });

  /** Stops at each script with a map, as one does that has to look at maps before code runs. */
  async function nextStop(how: string): Promise<Paused> {
    const { promise, resolve } = Promise.withResolvers<Paused>();
    const forget = on('Debugger.paused', (params) => resolve(params as Paused));
    await send(how);
    const stop = await promise;
    forget();
    return stop;
  }

  return {
    async breakAt(source, line) {
      let stop = await nextStop('Runtime.runIfWaitingForDebugger');
      let script: Script | undefined;
      while (script === undefined) {
        stop = await nextStop('Debugger.resume');
        script = scripts.find(({ sources }) => sources.includes(source));
      }
      await send('Debugger.setBreakpoint', { location: generatedPlace(script, source, line) });
      stop = await nextStop('Debugger.resume');
      const [frame] = stop.callFrames;
      return {
        place: placeOf(stop, script),
        async valueOf(expression) {
          const params = { callFrameId: frame?.callFrameId, expression };
          const { result } = (await send('Debugger.evaluateOnCallFrame', params)) as Evaluated;
          return result.unserializableValue ?? String(result.value);
        },
      };
    },
    async resume() {
      const line = once(printed, 'line');
      await send('Debugger.resume');
      return String((await line)[0]);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Chrome's debugging protocol over a WebSocket. */
async function connect(address: string) {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map<number, (result: unknown) => void>();
  const listeners = new Set<{ method: string; heard(params: unknown): void }>();
  let id = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    waiting.get(message.id)?.(message.result);
    for (const { method, heard } of listeners) if (method === message.method) heard(message.params);
  });
  return {
    send(method: string, params: object = {}): Promise<unknown> {
      id++;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    on(method: string, heard: (params: unknown) => void): () => void {
      const listener = { method, heard };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stderr! }).on('line', (line) => {
    const [address] = /ws:\/\/\S+/.exec(line) ?? [];
    if (address) resolve(address);
  });
  return promise;
}

interface Parsed {
  readonly scriptId: string;
  readonly sourceMapURL: string;
  readonly endLine: number;
}

/** Scripts that carry their map. */
function scriptOf({ scriptId, sourceMapURL, endLine }: Parsed): Script[] {
  const [, encoded] = /^data:application\/json;base64,(.*)$/.exec(sourceMapURL) ?? [];
  if (encoded === undefined) return [];
  const payload = JSON.parse(Buffer.from(encoded, 'base64').toString());
  return [{ scriptId, endLine, sources: payload.sources, map: new SourceMap(payload) }];
}

/** The first place of the compiled code that was made of a line. */
function generatedPlace({ scriptId, map, endLine }: Script, source: string, line: number) {
  for (let lineNumber = 0; lineNumber <= endLine; lineNumber++) {
    for (let columnNumber = 0; columnNumber < LONGEST_LINE; columnNumber++) {
      const entry = map.findEntry(lineNumber, columnNumber);
      if (!('originalSource' in entry) || entry.generatedLine !== lineNumber) continue;
      if (entry.originalSource !== source || entry.originalLine !== line - 1) continue;
      return { scriptId, lineNumber, columnNumber: entry.generatedColumn };
    }
  }
  throw new Error(`nothing was made of line ${line}`);
}

function placeOf({ callFrames }: Paused, { scriptId, map }: Script): Stop['place'] {
  const location = callFrames[0]?.location;
  if (location?.scriptId !== scriptId) return undefined;
  const entry = map.findEntry(location.lineNumber, location.columnNumber);
  return 'originalSource' in entry ? { source: entry.originalSource, line: entry.originalLine + 1 } : undefined;
}

import { captureContext } from '../../../engine/src/cli/captured-context.ts';
import { main } from '../../../engine/src/cli/main.ts';
import { option, type OptionCases } from './option-case.ts';
import { type Scratch, withFolder } from './scratch.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Called extends Scratch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const records = { 'in.ndjson': '{"id":1}\nbroken\n' };

/** `parquetry run` in a pipeline's folder. */
function parquetry({ args, env = {}, ...scratch }: Called): Promise<Said> {
  return withFolder({ ...scratch, files: { ...records, ...scratch.files } }, async (cwd) => {
    const context = captureContext({ cwd, env });
    const code = await main(['run', ...args], context);
    return { code, out: context.out(), err: context.err() };
  });
}

/** A flag without a value: with `true` it is given. */
const when = (flag: string, given: boolean | undefined) => (given ? [flag] : []);
const valued = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);

async function summary(called: Called): Promise<Record<string, unknown>> {
  return JSON.parse((await parquetry({ ...called, args: [...called.args, '--json'] })).out);
}

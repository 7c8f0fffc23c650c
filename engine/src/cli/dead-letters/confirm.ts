import { createInterface } from 'node:readline/promises';
import { ParquetryError } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';

/** Asks a person; false unless the answer begins with y. E_CONFIG where nobody can be asked. */
export async function confirm(question: string, context: CliContext): Promise<boolean> {
  if (!context.stdin.isTTY) {
    throw new ParquetryError('E_CONFIG', 'a replay must be confirmed, and standard input is no terminal to ask at', {
      hint: 'Look first with --dry-run, then give --yes.',
    });
  }
  context.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: context.stdin });
  try {
    const [answer = ''] = await Promise.race([
      lines[Symbol.asyncIterator]()
        .next()
        .then(({ value }) => [String(value ?? '')]),
      new Promise<string[]>((resolve) => context.signal.addEventListener('abort', () => resolve([]), { once: true })),
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

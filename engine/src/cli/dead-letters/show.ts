import { plural } from '../../core/quantities.ts';
import type { StoredLetter } from '../../studio/dead-letters/stored-letter.ts';
import { type CliContext, writeJson } from '../context.ts';
import type { ShowOptions } from '../dead-letters.ts';
import { openLetters } from './open-letters.ts';
import { letterAsData, renderLetter } from './render-letters.ts';

/** `parquetry dead-letters show`. */
export async function show(folder: string, options: ShowOptions, context: CliContext): Promise<void> {
  await using letters = await openLetters(folder, options, context);
  const shown: StoredLetter[] = [];
  for await (const some of letters.store.look(letters.selection, context.signal)) {
    shown.push(...some.slice(0, options.limit - shown.length));
    if (shown.length >= options.limit) break;
  }
  context.signal.throwIfAborted();
  if (options.raw) return writeRaw(shown, context);
  if (options.json) return writeJson(context, { letters: shown.map((letter) => letterAsData(letter)) });
  if (shown.length === 0) context.stdout.write(`no dead letters in ${letters.store.place}\n`);
  for (const letter of shown) {
    context.stdout.write(`${renderLetter(letter, context.stdout, options.full ?? false)}\n`);
  }
  if (shown.length === options.limit) {
    context.stderr.write(`${plural(shown.length, 'letter')} shown; --limit shows more, --full all bytes\n`);
  }
}

function writeRaw(letters: readonly StoredLetter[], context: CliContext): void {
  for (const { original } of letters) {
    context.stdout.write(original);
    if (original.at(-1) !== 0x0a) context.stdout.write('\n');
  }
}

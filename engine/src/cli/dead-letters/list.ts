import { type CliContext, writeJson } from '../context.ts';
import type { LetterOptions } from '../dead-letters.ts';
import { noteOfRest, openLetters, tallyOf } from './open-letters.ts';
import { groupAsData, renderGroups } from './render-letters.ts';

/** `parquetry dead-letters list`. */
export async function list(folder: string, options: LetterOptions, context: CliContext): Promise<void> {
  await using letters = await openLetters(folder, options, context);
  const { store } = letters;
  const tally = await tallyOf(letters, context.signal);
  const note = await noteOfRest(store, tally.letters);
  if (options.json) {
    const { letters: total, replayed } = tally;
    return writeJson(context, {
      place: store.place,
      letters: total,
      replayed,
      groups: tally.groups().map(groupAsData),
    });
  }
  context.stdout.write(renderGroups(tally, store.place, context.stdout));
  if (note !== undefined) context.stderr.write(`${note}\n`);
  if (tally.letters > tally.replayed) {
    context.stderr.write(
      '`parquetry dead-letters show` prints records, `parquetry dead-letters replay` sends them again\n',
    );
  }
}

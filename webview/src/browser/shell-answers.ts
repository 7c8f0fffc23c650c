import type { Handlers } from '../../../engine/src/protocol/peer.ts';
import type { Place as FilePlace, TextEdit } from '../../../engine/src/protocol/places.ts';
import type { PageRoute, ShellMethods } from '../../../engine/src/protocol/shell.ts';
import { copyText } from './copy-text.ts';
import { type Desk, previewOf } from './desk.ts';
import { folderOf, type Place } from './location.ts';
import { isBelow, pathIn } from './paths.ts';
import { askForText } from './text-dialog.ts';

/** What the answers need of the editor. */
export interface EditorPort {
  reveal(place: FilePlace): Promise<void>;
  apply(edits: readonly TextEdit[]): Promise<void>;
}

/** Answers what pages ask of the shell around them. */
export function shellAnswers(desk: Desk, editor: EditorPort): Handlers<Omit<ShellMethods, 'shell.keep'>> {
  return {
    async 'shell.hello'() {
      await desk.refresh();
      openOnlyPipeline(desk);
      return { route: desk.place.value.route, hasEditor: true };
    },
    async 'shell.open'({ route }) {
      desk.go(await placeFor(route, desk));
    },
    'shell.reveal': ({ place }) => editor.reveal(place),
    async 'shell.edit'({ edits }) {
      await editor.apply(edits);
      return { isApplied: true };
    },
    'shell.copy': ({ text }) => copyText(text),
    async 'shell.pickSave'({ name }) {
      const folder = folderOf(desk.place.value.route) ?? desk.pipelines.value?.[0]?.folder ?? '';
      const file = await askForText({
        title: 'Save as',
        label: 'File on the machine of the engine',
        value: pathIn(folder, name),
      });
      return file === undefined ? undefined : { file };
    },
  };
}

/**
 * A pipeline that was not looked at before is shown beside its transform, and in its environment for trying: a page that asks for it
 * need not know of either.
 */
async function placeFor(route: PageRoute, desk: Desk): Promise<Place> {
  const { file, route: before } = desk.place.value;
  const folder = folderOf(route);
  if (folder === undefined || folder === folderOf(before)) return { route, file };
  await desk.refresh();
  const entry = desk.pipelines.value?.find((one) => one.folder === folder);
  if (entry === undefined) return { route, file };
  const isBeside = file !== undefined && isBelow(file, folder);
  return { route: { ...previewOf(entry), ...route }, file: isBeside ? file : (entry.transform ?? entry.file) };
}

/** Whoever comes without an address for a folder with one pipeline wants to see that one. */
function openOnlyPipeline(desk: Desk): void {
  const [only, ...others] = desk.pipelines.value ?? [];
  if (location.hash !== '' || only === undefined || others.length > 0) return;
  desk.stay({ route: previewOf(only), file: only.transform ?? only.file });
}

import { ProtocolError } from './protocol-error.ts';

/** What tells a text from all others that it may have become meanwhile. Not for secrets: it guards against accidents. */
export function textMark(text: string): string {
  // As editors hold it: they take the byte order mark away and make line ends all the same.
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let [low, high] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < plain.length; i++) {
    const unit = plain.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 13);
  }
  return `${plain.length}-${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
}

/** Edits that say which text they were computed for. */
export function markedEdits<Edit extends object>(
  edits: readonly Edit[],
  text: string,
): (Edit & { readonly mark: string })[] {
  const mark = textMark(text);
  return edits.map((edit) => ({ ...edit, mark }));
}

/** Whether an edit still means the text that is there. */
export function isFor({ mark }: { readonly mark?: string }, text: string): boolean {
  return mark === undefined || mark === textMark(text);
}

/** What a shell refuses an edit with that was computed for another text. */
export function changedSince(file: string): ProtocolError {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return new ProtocolError({ code: 'E_CONFLICT', message: `${name} is not what it was when this was measured` });
}

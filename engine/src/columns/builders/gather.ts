/**
 * Copies of selected fixed-width values by their bits, not by their numbers: NaN payloads survive, BigInt never appears, and
 * three loops serve all types, each with one kind of array.
 */

/** Copies the values at `rows` of `source` to `target` from value `at` on. `width` in bytes: 1, 2, 4, 8 or 16. */
export function gatherFixed(
  target: ArrayBufferView,
  at: number,
  source: ArrayBufferView,
  selected: { readonly rows: Int32Array; readonly width: number },
): void {
  const { rows, width } = selected;
  if (width === 1) gather8(bytesOf(target), at, bytesOf(source), rows);
  else if (width === 2) gather16(halvesOf(target), at, halvesOf(source), rows);
  else gatherWords(wordsOf(target), at, wordsOf(source), { rows, width: width >> 2 });
}

function gather8(target: Uint8Array, at: number, source: Uint8Array, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i++) target[at + i] = source[rows[i]!]!;
}

function gather16(target: Uint16Array, at: number, source: Uint16Array, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i++) target[at + i] = source[rows[i]!]!;
}

function gatherWords(
  target: Int32Array,
  at: number,
  source: Int32Array,
  selected: { readonly rows: Int32Array; readonly width: number },
): void {
  const { rows, width } = selected;
  let to = at * width;
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * width;
    for (let word = 0; word < width; word++) target[to++] = source[from + word]!;
  }
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function halvesOf(view: ArrayBufferView): Uint16Array {
  return new Uint16Array(view.buffer, view.byteOffset, view.byteLength >> 1);
}

/** A Uint8Array of 16-byte values may start anywhere: it is copied if it is not aligned to words. */
function wordsOf(view: ArrayBufferView): Int32Array {
  if (view.byteOffset % 4 === 0) return new Int32Array(view.buffer, view.byteOffset, view.byteLength >> 2);
  return new Int32Array(bytesOf(view).slice().buffer);
}

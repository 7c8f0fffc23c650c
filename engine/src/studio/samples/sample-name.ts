import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const MAX_CHARACTERS = 60;
/** Names that Windows keeps for devices. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** A file name that any system takes, and that leads nowhere else: without folders, extension or leading dots. Pure. */
export function safeName(name: string): string {
  const plain = name
    .replace(/\.(?:ndjson|jsonl|json)$/i, '')
    .normalize('NFKD')
    .replace(/[^\w-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MAX_CHARACTERS);
  return plain === '' || RESERVED.test(plain) ? `sample${plain === '' ? '' : `-${plain}`}` : plain;
}

/** Writes a new file of that name into the folder: `clicks.ndjson`, or `clicks-2.ndjson` where that is taken. Answers its path. */
export async function writeSample(folder: string, name: string, text: string): Promise<string> {
  const base = safeName(name);
  for (let at = 1; ; at++) {
    const file = path.join(folder, `${base}${at === 1 ? '' : `-${at}`}.ndjson`);
    try {
      await writeFile(file, text, { flag: 'wx' });
      return file;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

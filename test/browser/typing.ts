import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StudioBrowser } from './studio-browser.ts';

/** How long, in milliseconds, until what a key typed is drawn: measured in the page, from the event of the key to the frame that shows it. */
export async function measureTyping(studio: StudioBrowser, edits: number): Promise<readonly number[]> {
  const { page, folder } = studio;
  const movies = path.join(folder, 'movies');
  const file = path.join(movies, 'transform.ts');
  const text = await readFile(file, 'utf8');
  // On a line of its own, so that its end is found by keys.
  await writeFile(file, text.replace('String(movie.Title),', "String(movie.Title) +\n        ' |'\n      ,"));
  await studio.show({ page: 'preview', folder: movies, environment: 'local' }, file);
  await page.getByRole('grid', { name: 'Output' }).getByText('The Land Girls |').first().waitFor();
  await page.locator('.view-line', { hasText: "' |'" }).click();
  for (const key of ['End', 'ArrowLeft']) await page.keyboard.press(key);
  const times: number[] = [];
  let typed = '|';
  for (let edit = 0; edit < edits; edit++) {
    const key = String(edit % 10);
    typed += key;
    await page.evaluate(watchKey, typed);
    await page.keyboard.press(key);
    times.push(await page.evaluate(() => (globalThis as unknown as Watched).drawnMs));
  }
  return times;
}

interface Watched {
  /** From the key to the frame that shows what it typed. */
  drawnMs: Promise<number>;
}

/** Runs in the page, before the key. */
function watchKey(wanted: string): void {
  const drawnMs = new Promise<number>((resolve) => {
    addEventListener('keydown', ({ timeStamp }) => look(timeStamp), { capture: true, once: true });
    const look = (startMs: number) => {
      const cells = Array.from(document.querySelectorAll('[role=gridcell]'));
      const isShown = cells.some((cell) => cell.textContent?.includes(wanted));
      // The frame after the one in which it was found has it on the screen.
      requestAnimationFrame(isShown ? (atMs) => resolve(atMs - startMs) : () => look(startMs));
    };
  });
  Object.assign(globalThis, { drawnMs });
}

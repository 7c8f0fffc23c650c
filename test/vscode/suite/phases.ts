import { existsSync, writeFileSync } from 'node:fs';
import { drive, until } from './driver.ts';

const marker = `${process.env.PARQUETRY_OUTCOME}.reloaded`;

/** Whether this extension host comes after a window that was reloaded. */
export function isReloaded(): boolean {
  return existsSync(marker);
}

/** As the last case of its window: the suite begins anew in the next one, where `isReloaded`. What is to come back is named. */
export async function reloadWindow(context: Mocha.Context, ...editors: readonly string[]): Promise<void> {
  // A workbench in a browser writes what it restores every few seconds.
  await until(`${editors} to be kept`, () => areKept(editors), 60_000);
  writeFileSync(marker, '');
  await endWindow(context, () => drive({ type: 'reload' }));
}

/** Whether the state that the workbench keeps in the browser names all of the texts. */
async function areKept(texts: readonly string[]): Promise<boolean> {
  const expression = `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const kept = [];
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db-')) continue;
      const db = await done(indexedDB.open(name));
      kept.push(...(await done(db.transaction('ItemTable').objectStore('ItemTable').getAll())));
      db.close();
    }
    return ${JSON.stringify(texts)}.every((text) => kept.some((value) => String(value).includes(text)));
  })()`;
  return (await drive({ type: 'evaluate', where: 'workbench', expression })) === true;
}

/** Does what ends this extension host, and waits for that. */
export async function endWindow(context: Mocha.Context, act: () => unknown): Promise<never> {
  context.timeout(0);
  await act();
  return await new Promise<never>(() => undefined);
}

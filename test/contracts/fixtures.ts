import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type AnyComponent, type Kind, loadComponents } from '../../engine/src/pipeline/components.ts';

/** A component and what the folder of its kind knows about trying it. */
export interface Found<K extends Kind, Fixture> {
  readonly component: AnyComponent<K>;
  readonly fixture: Fixture;
}

/**
 * All components of a kind in the registry, each with the fixture in `<kind>s/<type>.ts`; the name of its export is `fixture`.
 * One without becomes a test that fails: a new component is not passed over in silence.
 */
export async function findComponents<K extends Kind, Fixture>(kind: K): Promise<Found<K, Fixture>[]> {
  const found: Found<K, Fixture>[] = [];
  for (const [type, component] of (await loadComponents())[kind]) {
    const file = new URL(`./${kind}s/${type}.ts`, import.meta.url);
    const exists = existsSync(file);
    test(`the ${kind} ${type} has a fixture for its contract`, () => expect(exists).toBe(true));
    if (!exists) continue;
    const { fixture } = (await import(file.href)) as { fixture: Fixture };
    found.push({ component: component as AnyComponent<K>, fixture });
  }
  return found;
}

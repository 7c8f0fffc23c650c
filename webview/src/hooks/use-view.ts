import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { ViewKeeper } from '../page-view.ts';

/** Without a shell that keeps views, they are as long as their components. */
export const ViewContext = createContext<ViewKeeper>({ read: () => undefined, write: () => {} });

/**
 * State that outlives the page: it is there again when a hidden page is shown, or a window is opened anew. What was kept and is not
 * accepted, because another version wrote it, is `initial`.
 */
export function useView<Value>(
  name: string,
  initial: Value,
  accepts: (kept: unknown) => kept is Value,
): readonly [Value, (next: Value) => void] {
  const keeper = useContext(ViewContext);
  const [value, setValue] = useState<Value>(() => {
    const kept = keeper.read(name);
    return accepts(kept) ? kept : initial;
  });
  const change = (next: Value) => {
    setValue(() => next);
    keeper.write(name, next);
  };
  return [value, change];
}

export const isText = (kept: unknown): kept is string => typeof kept === 'string';
export const isFlag = (kept: unknown): kept is boolean => typeof kept === 'boolean';
export const isNumber = (kept: unknown): kept is number => typeof kept === 'number';
export const isTextOrNone = (kept: unknown): kept is string | undefined => kept === undefined || isText(kept);

/** One of a closed list. */
export function oneOf<Value extends string>(values: readonly Value[]): (kept: unknown) => kept is Value {
  return (kept): kept is Value => (values as readonly unknown[]).includes(kept);
}

/** An object whose keys are accepted one by one. */
export function shaped<Value extends object>(
  shape: {
    readonly [Key in keyof Value]-?: (kept: unknown) => kept is Value[Key];
  },
): (kept: unknown) => kept is Value {
  const entries = Object.entries(shape) as [string, (kept: unknown) => boolean][];
  return (kept): kept is Value =>
    typeof kept === 'object' &&
    kept !== null &&
    entries.every(([key, accepts]) => accepts((kept as Record<string, unknown>)[key]));
}

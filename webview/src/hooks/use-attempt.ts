import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Waits for something that nobody else waits for, and tells of its failure. */
export type Attempt = (act: Promise<unknown>) => void;

/** Outside of a page there is nobody to tell. */
export const AttemptContext = createContext<Attempt>((act) => void act.catch(() => {}));

/** For what a page asks by the way (a place to be shown, a text to be copied): its failure stands above the page. */
export function useAttempt(): Attempt {
  return useContext(AttemptContext);
}

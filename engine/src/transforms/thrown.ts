import { show } from './appenders/misfit.ts';

/** User code may put a whole record into a message; dead letters and logs hold thousands of them. */
const MAX_LENGTH = 1000;

/** `TypeError: x is not a function`, or the value itself if it is no error. Never throws, never very long. */
export function thrownText(thrown: unknown): string {
  const text = thrown instanceof Error ? errorText(thrown) : `a thrown ${typeof thrown}: ${show(thrown)}`;
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
}

function errorText(error: Error): string {
  try {
    return String(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

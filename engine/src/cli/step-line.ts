import { bar } from './bars.ts';
import type { CliContext } from './context.ts';

/** What is being done, on one line of a terminal that is written over; nothing where stderr is none. */
export interface StepLine extends Disposable {
  show(snapshot: { readonly step: string; readonly share: number }): void;
  clear(): void;
}

const WIDTH = 24;

/** Shows steps of longer work on stderr. */
export function showSteps({ stderr }: Pick<CliContext, 'stderr'>): StepLine {
  const write = (text: string) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[2K${text}`);
  };
  const clear = () => write('');
  return {
    show: ({ step, share }) => write(`${stderr.paint.cyan(bar(share, WIDTH).padEnd(WIDTH))} ${step}…`),
    clear,
    [Symbol.dispose]: clear,
  };
}

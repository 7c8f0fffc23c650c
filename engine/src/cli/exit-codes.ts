/** What the process answers. Scripts rely on these numbers: they never change meaning. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notDelivered: 3,
  deadLetters: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One sentence a code, for `parquetry help exit-codes` and the reference page. */
export const exitCodeMeanings: ReadonlyMap<ExitCode, string> = new Map([
  [exitCodes.ok, 'Everything asked for was done.'],
  [exitCodes.failure, 'It failed: the message says what, the hint what to do. Failed transform tests, too.'],
  [exitCodes.usage, 'An option, the pipeline file, a schema or the transform is wrong. Nothing was started.'],
  [
    exitCodes.notDelivered,
    'The ledger does not close: records were received that are neither delivered nor accounted for.',
  ],
  [exitCodes.deadLetters, 'Records were dead-lettered, and --fail-on-dead-letters was given.'],
  [exitCodes.interrupted, 'Interrupted by a signal.'],
]);

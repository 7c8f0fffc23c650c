/** Every command of the manifest, without its prefix. */
export const commandIds = [
  'newPipeline',
  'openStudio',
  'preview',
  'openTransform',
  'profile',
  'plan',
  'run',
  'stopRun',
  'showRun',
  'feedSamples',
  'runTests',
  'debugRecord',
  'takeSamples',
  'showSamples',
  'showDeadLetters',
  'openS3Object',
  'selectEnvironment',
  'selectProfile',
  'toggleLock',
  'check',
  'refresh',
  'restartEngine',
  'openReference',
  'showLog',
] as const;

export type CommandId = (typeof commandIds)[number];

/** As the editor knows it. */
export function commandName(id: CommandId): `parquetry.${CommandId}` {
  return `parquetry.${id}`;
}

import { registerCommands } from './commands.ts';
import { registerDeadLetters } from './dead-letters.ts';
import { registerDebug } from './debug.ts';
import { registerLogin } from './login.ts';
import { registerMeasure } from './measure.ts';
import { registerPipelineFile } from './pipeline-file.ts';
import { registerPreview } from './preview.ts';
import { registerRun } from './run.ts';
import { registerSamples } from './samples.ts';
import { registerSql } from './sql.ts';

/** All suites of a trusted workspace, in the order in which a new user would do it. */
export function registerTrusted(): void {
  registerPreview();
  registerPipelineFile();
  registerMeasure();
  registerRun();
  registerSamples();
  registerDeadLetters();
  registerDebug();
  registerSql();
  registerLogin();
  registerCommands();
}

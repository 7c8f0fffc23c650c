/**
 * Entry of the program that a debugger starts: `node --inspect debug-record.js <folder> --sample FILE --record N`. Loads the
 * transform of a pipeline so that breakpoints in its source hold, runs what was asked for on the main thread, each line of `map`
 * as it is written, and prints what became of it, a line of JSON a record.
 */
import { asParquetryError } from '../../core/errors.ts';
import { readDebugRequest } from './debug-request.ts';
import { debugged } from './debug-run.ts';

try {
  for await (const line of debugged(readDebugRequest(process.argv.slice(2), process.cwd()))) console.log(line);
} catch (thrown) {
  const { message, hint, details } = asParquetryError(thrown);
  console.error([message, hint, details.stack].filter((part) => typeof part === 'string').join('\n'));
  process.exitCode = 1;
}

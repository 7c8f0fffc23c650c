import path from 'node:path';

/*
 * Imported by the suites' configurations, for its effect: Node keeps what it compiles where the command line keeps it, so that the
 * many processes and threads that tests start from source take a quarter of the time. Not for coverage, which it makes less exact.
 */
if (!process.argv.includes('--coverage')) {
  process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, '..', '..', 'engine', 'dist', 'compile-cache');
}

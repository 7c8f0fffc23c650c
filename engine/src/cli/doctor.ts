import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { positiveNumber } from './numbers.ts';
import { addPipelineOptions, type PipelineOptions } from './pipeline-options.ts';

export interface DoctorOptions extends PipelineOptions {
  write?: boolean;
  strict?: boolean;
  json?: boolean;
  rate?: number;
  recordsPerMessage?: number;
}

const help = `
Looks at what a run would meet: credentials, permissions, the queue's attributes against batch.maxAge, its dead-letter queue,
the clock, memory, disk, and the size that files can reach. Says for each what was seen and what to do.

It changes nothing: that deleting is allowed is seen from how SQS refuses a receipt that never was, that writing is from an
upload that is begun and aborted. --write also puts a probe object, to see whether the store refuses to overwrite it, lists
and removes it. That receiving is allowed is not tried: a receive counts towards maxReceiveCount. The exit code is 1 if
anything is a failure, with --strict also for warnings.

Examples:
  $ parquetry doctor clicks --env production
  $ parquetry doctor clicks --env production --write --rate 200 --records-per-message 50
  $ parquetry doctor --json | jq '.findings[] | select(.verdict != "ok")'
`;

/** `parquetry doctor`: what stands in the way of a run, before it is in the way. */
export function register(program: Command, context: CliContext): void {
  addPipelineOptions(program.command('doctor'))
    .description('check credentials, queue, buckets and machine against what the pipeline needs')
    .option('--write', 'also put, list and remove a probe object in each bucket')
    .option('--strict', 'fail on warnings, too')
    .option('--rate <n>', 'messages a second that the queue gets', positiveNumber)
    .option('--records-per-message <n>', 'records that a message holds on average; default: 1', positiveNumber)
    .option('--json', 'print findings as JSON')
    .addHelpText('after', help)
    .action(async (folder: string, options: DoctorOptions) => {
      const { runDoctor } = await import('./doctor/run-doctor.ts');
      await runDoctor(folder, options, context);
    });
}

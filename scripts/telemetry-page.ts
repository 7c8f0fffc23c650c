import { LOG_EVENTS } from '../engine/src/core/log-events.ts';
import { INSTRUMENTS, type Instrument } from '../engine/src/telemetry/instruments.ts';

/** The reference page of what a run tells of itself, made from the closed lists of events and instruments. */
export function telemetryPage(notice: string): string {
  return [
    notice,
    '',
    '# Metrics and log events',
    '',
    'How to get at them is in [telemetry](../telemetry.md).',
    '',
    '## Metrics',
    '',
    'All have the label `pipeline`. A metric appears once it was measured for the first time. Beside these there are those of the process,',
    '`process_…` and `nodejs_…`, as [prom-client](https://github.com/siimon/prom-client#default-metrics) names them.',
    '',
    '| Metric | Kind | Labels | Meaning |',
    '|---|---|---|---|',
    ...Object.entries<Instrument>(INSTRUMENTS).map(metricRow),
    '',
    '## Log events',
    '',
    'The list is closed: an event of the engine has one of these names, one of a component of your own begins with `own.`.',
    '',
    '| Event | Meaning |',
    '|---|---|',
    ...Object.entries(LOG_EVENTS).map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`),
    '',
  ].join('\n');
}

function metricRow([name, { kind, help, labels = [] }]: [string, Instrument]): string {
  return `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

import type { Redaction, SampleMethods } from '../../../engine/src/protocol/samples.ts';

/** "user.email, items.*.name" as rules; undefined: none on top of the project's. */
export function redactionOf(text: string): Redaction | undefined {
  const fields = text.split(/[\s,]+/).filter(Boolean);
  return fields.length === 0 ? undefined : { fields };
}

/** "20 records were saved. Redacted: email (18 values). No record has phone." */
export function describeTaken({
  records,
  redactedFields,
  warnings,
}: Pick<SampleMethods['samples.take']['result'], 'records' | 'redactedFields' | 'warnings'>): string {
  const found = redactedFields.filter(([, values]) => values > 0);
  const missing = redactedFields.filter(([, values]) => values === 0).map(([field]) => field);
  const redacted = found.map(([field, values]) => `${field} (${count(values, 'value')})`).join(', ');
  return [
    `${count(records, 'record')} ${records === 1 ? 'was' : 'were'} saved`,
    redacted === '' ? 'Nothing was redacted' : `Redacted: ${redacted}`,
    missing.length === 0 ? '' : `No record has ${missing.join(', ')}`,
    ...warnings.map((warning) => warning.replace(/\.$/, '')),
  ]
    .filter(Boolean)
    .map((sentence) => `${sentence}.`)
    .join(' ');
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

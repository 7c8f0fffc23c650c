import { SqsError } from './errors.ts';
import type { Fields } from './fields.ts';
import { asFields, optionalString } from './fields.ts';

/** SQS takes up to ten entries in a batch. */
const MAX_ENTRIES = 10;

interface FailedEntry {
  Id: string;
  Code: string;
  Message: string;
  SenderFault: boolean;
}

export interface BatchResult {
  Successful: (Fields & { Id: string })[];
  Failed: FailedEntry[] | undefined;
}

/** The entries of a batch call, counted and with distinct, well-formed ids; throws what fails the call as a whole. */
export function parseEntries(input: Fields): (Fields & { Id: string })[] {
  const entries = input.Entries ?? [];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_ENTRIES) {
    const rule = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError('TooManyEntriesInBatchRequest', rule);
  }
  const ids = new Set<string>();
  return entries.map((entry: unknown) => {
    const fields = asFields(entry);
    const Id = optionalString(fields, 'Id') ?? '';
    if (!/^[\w-]{1,80}$/.test(Id)) {
      const rule =
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
      throw new SqsError('InvalidBatchEntryId', rule);
    }
    if (ids.has(Id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
    return { ...fields, Id };
  });
}

/** Runs `perform` for each entry; one that throws an SqsError fails alone. */
export function runBatch(entries: (Fields & { Id: string })[], perform: (entry: Fields) => Fields): BatchResult {
  const successful: BatchResult['Successful'] = [];
  const failed: FailedEntry[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id: entry.Id, Code: error.queryCode, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, Failed: failed.length === 0 ? undefined : failed };
}

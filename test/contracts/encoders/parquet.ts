import { rowsByWasm } from '../../../engine/src/encoders/parquet/oracle.test-support.ts';
import { contextAt } from '../context.ts';
import type { EncoderFixture } from '../encoder-subject.ts';

/** The defaults, and settings that lay pages out in other ways. */
const settings: Readonly<Record<string, object>> = {
  parquet: {},
  'parquet (plain, snappy)': { compression: 'snappy', dictionary: false, statistics: 'none' },
  'parquet (pages of version 2, lz4)': { compression: 'lz4', pageVersion: 2, dataPageSize: '1KiB' },
};

export const fixture: EncoderFixture = {
  subjects: (component) =>
    Object.entries(settings).map(([name, config]) => ({
      name,
      saysAll: true,
      create: async () => component.create(component.config.parse(config), contextAt('.')),
      read: async (file, fields) => rowsByWasm(file, fields),
    })),
};

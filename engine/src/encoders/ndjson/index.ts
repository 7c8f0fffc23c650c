import type { Encoder } from '../../columns/encoder.ts';
import type { Component } from '../../core/component.ts';
import { ndjsonOptions } from './options.ts';
import { NdjsonEncoder } from './writer.ts';

/** The component as the registry loads it. */
export const component: Component<'encoder', typeof ndjsonOptions, Encoder> = {
  kind: 'encoder',
  type: 'ndjson',
  summary: 'Rows as lines of exact JSON, plain or compressed.',
  config: ndjsonOptions,
  create: (config) => new NdjsonEncoder(config),
};

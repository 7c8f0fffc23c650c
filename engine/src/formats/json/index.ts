import { z } from 'zod';
import type { Format } from '../../columns/format.ts';
import type { Component } from '../../core/component.ts';
import { createJsonScanner } from '../../kernel/json-scanner.ts';
import { createKernelScanner } from '../../kernel/wasm-scanner.ts';
import { canRunKernel } from '../../kernel/web-assembly.ts';

const config = z.strictObject({});

/** JSON bodies to columns; what is taken for a record, and what is refused, is told in this folder's README. */
export const component: Component<'format', typeof config, Format> = {
  kind: 'format',
  type: 'json',
  summary: 'JSON: newline-delimited, one object, an array of objects, or objects one after the other.',
  config,
  create: () => ({ createScanner: canRunKernel ? createKernelScanner : createJsonScanner }),
};

import type { z } from 'zod';
import type { ComponentContext } from './component-context.ts';

export type { AwsSettings, ComponentContext } from './component-context.ts';

/**
 * A source, sink, encoder or format as its folder exports it (`export const component`). The folder's name is its `type`.
 * The config schema carries defaults, bounds and a `.describe()` for each key: parser, JSON Schema and reference page come from it.
 */
export interface Component<Kind extends string, Schema extends z.ZodType, Made> {
  readonly kind: Kind;
  readonly type: string;
  /** One sentence for help and reference. */
  readonly summary: string;
  readonly config: Schema;
  create(config: z.output<Schema>, context: ComponentContext): Promise<Made> | Made;
}

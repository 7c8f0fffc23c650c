import type { Peer } from '../../protocol/peer.ts';
import type { StudioMethods } from '../../protocol/studio-methods.ts';
import type { ToolAnswer } from '../../protocol/tools.ts';

/** An input that follows the tool's schema. */
export type ToolInput = Readonly<Record<string, unknown>>;

/** What a tool is called with. */
export interface ToolCall {
  readonly studio: Peer<StudioMethods>;
  readonly input: ToolInput;
  readonly signal: AbortSignal;
  readonly show: (progress: { readonly step: string; readonly share: number }) => void;
}

export type RunTool = (call: ToolCall) => Promise<ToolAnswer>;

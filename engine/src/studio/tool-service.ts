import type { Peer } from '../protocol/peer.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Tools for language models: what the studio answers, in words. */
export function createToolService(_workbench: Workbench, studio: Peer<StudioMethods>): Service {
  return {
    handlers: {
      async 'tools.call'(params, context) {
        const { callTool } = await import('./tools/call-tool.ts');
        return callTool(studio, params, context);
      },
    },
  };
}

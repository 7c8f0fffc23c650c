import { createPeer } from '../protocol/peer.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import { memoryTransports, type Transport } from '../protocol/transport.ts';
import { createCloudService } from './cloud-service.ts';
import { createDeadLettersService } from './dead-letters-service.ts';
import { createLanguageService } from './language-service.ts';
import { createParquetService } from './parquet-service.ts';
import { createPlanService } from './plan-service.ts';
import { createPreviewService } from './preview-service.ts';
import { createProfileService } from './profile-service.ts';
import { createRunService } from './run-service.ts';
import { createSamplesService } from './samples-service.ts';
import { createScaffoldService } from './scaffold-service.ts';
import type { CreateService } from './service.ts';
import { createToolService } from './tool-service.ts';
import { createTransformTestService } from './transform-test-service.ts';
import { withTrust } from './trust.ts';
import { Workbench } from './workbench.ts';
import { createWorkspaceService } from './workspace-service.ts';

/** All services. No two answer the same method. */
const services: readonly CreateService[] = [
  createWorkspaceService,
  createScaffoldService,
  createLanguageService,
  createTransformTestService,
  createToolService,
  createParquetService,
  createPreviewService,
  createRunService,
  createSamplesService,
  createDeadLettersService,
  createCloudService,
  createProfileService,
  createPlanService,
];

/** The one studio of a process: any number of shells and pages talk to it, each over a transport of its own. */
export interface Studio {
  connect(transport: Transport): void;
  /** Ends runs, workers and processes. Idempotent. */
  close(): Promise<void>;
}

export function createStudio(): Studio {
  const workbench = new Workbench();
  const [asking, answering] = memoryTransports();
  const self = createPeer<StudioMethods>(asking);
  const made = services.map((create) => create(workbench, self));
  const handlers = withTrust(workbench, Object.assign({}, ...made.map((service) => service.handlers)));
  createPeer<Record<never, never>, StudioMethods>(answering, handlers);
  let closing: Promise<unknown> | undefined;
  return {
    connect(transport) {
      createPeer<Record<never, never>, StudioMethods>(transport, handlers);
    },
    async close() {
      closing ??= Promise.allSettled(made.map((service) => service.close?.()));
      await closing;
    },
  };
}

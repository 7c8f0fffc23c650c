import type { CloudMethods } from './cloud.ts';
import type { DeadLetterMethods } from './dead-letters.ts';
import type { ParquetMethods } from './parquet.ts';
import type { PlanMethods } from './plan.ts';
import type { PreviewMethods } from './preview.ts';
import type { ProfileMethods } from './profile.ts';
import type { RunMethods } from './run.ts';
import type { SampleMethods } from './samples.ts';
import type { ToolMethods } from './tools.ts';
import type { TransformTestMethods } from './transform-tests.ts';
import type { LanguageMethods, WorkspaceMethods } from './workspace.ts';

/** Everything that a studio answers. */
export interface StudioMethods
  extends WorkspaceMethods,
    LanguageMethods,
    SampleMethods,
    PreviewMethods,
    ProfileMethods,
    PlanMethods,
    RunMethods,
    ParquetMethods,
    TransformTestMethods,
    ToolMethods,
    DeadLetterMethods,
    CloudMethods {}

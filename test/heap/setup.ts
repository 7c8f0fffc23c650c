import { checkKernels } from '../../engine/src/kernel/checked-kernel.test-support.ts';

checkKernels();

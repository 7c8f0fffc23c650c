import { checkKernelsOfFile } from '../../engine/src/kernel/checked-kernel.test-support.ts';

checkKernelsOfFile();

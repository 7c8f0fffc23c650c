/** Packs extension/dist into out/parquetry-<target>.vsix: `node extension/package.mjs [--target linux-x64]`. */

import { packVsix, targetOf } from './pack-vsix.mjs';

await packVsix('extension', 'parquetry', targetOf());

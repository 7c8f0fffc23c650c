import path from 'node:path';

/** Whether a file is a pipeline's, by its name; other YAML files are none of ours. */
export function isPipelineFile(file: string): boolean {
  return /^pipeline\.ya?ml$/.test(path.basename(file));
}

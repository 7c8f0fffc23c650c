import { applyChanges } from '../../pipeline/set-in-file.ts';
import { findTarget } from './find-target.ts';
import { validate } from './inspect-tools.ts';
import { paragraphs } from './markdown.ts';
import type { RunTool } from './tool.ts';

/** `parquetry_set`: writes the pipeline file. Whoever calls it has asked a person. */
export const setValue: RunTool = async (call) => {
  const { entry } = await findTarget(call);
  const { key, value } = call.input as { key: string; value: unknown };
  const { studio, signal } = call;
  const { file } = entry;
  const steps = key.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const { edits } = await studio.request('language.set', { file, path: steps, value: value ?? undefined }, { signal });
  const { text: before } = await studio.request('workspace.read', { file }, { signal });
  const after = applyChanges(before, edits);
  if (after !== before) await studio.request('workspace.write', { file, text: after }, { signal });
  const checked = await validate({ ...call, input: { pipeline: entry.folder } });
  const done = after === before ? `${key} already was so.` : `${key} is set in ${file}.`;
  return { text: paragraphs(done, checked.text), data: { file, isChanged: after !== before, ...checked.data } };
};

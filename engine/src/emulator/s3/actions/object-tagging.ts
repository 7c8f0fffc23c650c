import { versionHeader } from '../commit.ts';
import { parseTagDocument, tagFields } from '../metadata.ts';
import type { Tag } from '../object.ts';
import type { Handler } from '../runtime.ts';
import { receiveDocument } from '../upload-body.ts';
import { requireObject } from './reads.ts';

export const getObjectTagging: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  const object = requireObject(bucket, call.key, call.query.get('versionId'));
  const headers = versionHeader(bucket, object);
  return { status: 200, headers, xml: { root: 'Tagging', value: tagFields(object.tags) } };
};

export const putObjectTagging: Handler = async (runtime, call) => {
  const tags = parseTagDocument(await receiveDocument(call), 'object');
  return replaceTags(runtime, call, tags, 200);
};

export const deleteObjectTagging: Handler = (runtime, call) => replaceTags(runtime, call, [], 204);

/** Tags are the one thing about a version that can change. */
function replaceTags(runtime: Parameters<Handler>[0], call: Parameters<Handler>[1], tags: Tag[], status: number) {
  const bucket = runtime.bucket(call);
  const object = requireObject(bucket, call.key, call.query.get('versionId'));
  object.tags = tags;
  runtime.record(bucket, call.key, { added: object });
  return { status, headers: versionHeader(bucket, object) };
}

import { header } from '../call.ts';
import { checksumHeader, DEFAULT_ALGORITHM } from '../checksums.ts';
import { commitObject, type Deletion, deleteObject, underConditions, versionHeader } from '../commit.ts';
import { S3Error, s3Error } from '../errors.ts';
import { encryptionHeaders, parseMetadata, parseTagHeader } from '../metadata.ts';
import { etagOf } from '../multipart.ts';
import type { ObjectDraft } from '../object.ts';
import type { Handler } from '../runtime.ts';
import { receiveDocument, receiveUpload } from '../upload-body.ts';
import { childrenOf, textOf, type XmlElement, type XmlField } from '../xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETE_KEYS = 1000;

export const putObject: Handler = (runtime, call) => {
  const bucket = runtime.bucket(call);
  const headers = parseMetadata(call.headers);
  const tags = parseTagHeader(header(call, 'x-amz-tagging'));
  return underConditions(bucket, call, async (write) => {
    const { payload, md5, checksum } = await receiveUpload(call, DEFAULT_ALGORITHM);
    const { algorithm, raw } = checksum;
    const draft: ObjectDraft = {
      payload,
      etag: etagOf(md5, headers),
      checksum: { algorithm, type: 'FULL_OBJECT', value: raw.toString('base64') },
      headers,
      tags,
    };
    const version = await commitObject(runtime, call, { bucket, write, event: 'ObjectCreated:Put' }, draft);
    return {
      status: 200,
      headers: {
        etag: `"${version.etag}"`,
        [checksumHeader(algorithm)]: version.checksum.value,
        'x-amz-checksum-type': version.checksum.type,
        ...encryptionHeaders(headers),
        ...versionHeader(bucket, version),
      },
    };
  });
};

export const deleteOneObject: Handler = (runtime, call) => {
  const outcome = deleteObject(runtime, call, runtime.bucket(call), {
    key: call.key,
    versionId: call.query.get('versionId') ?? undefined,
    ifMatch: header(call, 'if-match'),
  });
  return {
    status: 204,
    headers: {
      ...(outcome.versionId !== undefined && { 'x-amz-version-id': outcome.versionId }),
      ...(outcome.deleteMarker && { 'x-amz-delete-marker': 'true' }),
    },
  };
};

export const deleteObjects: Handler = async (runtime, call) => {
  const bucket = runtime.bucket(call);
  const isVerifiable = Object.keys(call.headers).some(
    (name) => name === 'content-md5' || name === 'x-amz-trailer' || name.startsWith('x-amz-checksum-'),
  );
  if (!isVerifiable) {
    throw s3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    });
  }
  const document = await receiveDocument(call);
  runtime.requireStanding(bucket);
  const isQuiet = textOf(document, 'Quiet') === 'true';
  const lines: XmlField[] = [];
  for (const deletion of parseDeletions(document)) {
    try {
      const outcome = deleteObject(runtime, call, bucket, deletion);
      if (!isQuiet) lines.push(['Deleted', deletedFields(deletion, outcome)]);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      lines.push(['Error', [...targetFields(deletion), ['Code', error.code], ['Message', error.message]]]);
    }
  }
  return { status: 200, xml: { root: 'DeleteResult', value: lines } };
};

function parseDeletions(document: XmlElement): Deletion[] {
  const objects = childrenOf(document, 'Object');
  if (document.name !== 'Delete' || objects.length === 0 || objects.length > MAX_DELETE_KEYS) {
    throw s3Error('MalformedXML');
  }
  return objects.map((object) => {
    const key = textOf(object, 'Key');
    if (!key) throw s3Error('MalformedXML');
    return { key, versionId: textOf(object, 'VersionId') || undefined, ifMatch: textOf(object, 'ETag') };
  });
}

function targetFields({ key, versionId }: Deletion): XmlField[] {
  return [
    ['Key', key],
    ['VersionId', versionId],
  ];
}

function deletedFields(deletion: Deletion, outcome: ReturnType<typeof deleteObject>): XmlField[] {
  return [
    ...targetFields(deletion),
    ['DeleteMarker', outcome.deleteMarker || undefined],
    ['DeleteMarkerVersionId', outcome.deleteMarker ? outcome.versionId : undefined],
  ];
}

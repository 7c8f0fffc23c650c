import type { S3Action } from '../router.ts';
import type { Handler } from '../runtime.ts';
import * as settings from './bucket-settings.ts';
import * as buckets from './buckets.ts';
import { copyObject } from './copies.ts';
import * as listings from './listings.ts';
import * as tagging from './object-tagging.ts';
import { getObject, getObjectAttributes } from './reads.ts';
import { listMultipartUploads, listParts } from './upload-listings.ts';
import * as uploads from './uploads.ts';
import { deleteObjects, deleteOneObject, putObject } from './writes.ts';

/** Who answers which action; the compiler sees to it that none of the router's is missing. */
export const HANDLERS: Record<S3Action, Handler> = {
  ListBuckets: buckets.listBuckets,
  CreateBucket: buckets.createBucket,
  HeadBucket: buckets.headBucket,
  DeleteBucket: buckets.deleteBucket,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketVersioning: settings.getBucketVersioning,
  PutBucketVersioning: settings.putBucketVersioning,
  GetBucketTagging: settings.getBucketTagging,
  PutBucketTagging: settings.putBucketTagging,
  DeleteBucketTagging: settings.deleteBucketTagging,
  GetBucketNotificationConfiguration: settings.getBucketNotificationConfiguration,
  PutBucketNotificationConfiguration: settings.putBucketNotificationConfiguration,
  ListObjects: listings.listObjects,
  ListObjectsV2: listings.listObjectsV2,
  ListObjectVersions: listings.listObjectVersions,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  GetObjectAttributes: getObjectAttributes,
  DeleteObject: deleteOneObject,
  DeleteObjects: deleteObjects,
  CopyObject: copyObject,
  GetObjectTagging: tagging.getObjectTagging,
  PutObjectTagging: tagging.putObjectTagging,
  DeleteObjectTagging: tagging.deleteObjectTagging,
  CreateMultipartUpload: uploads.createMultipartUpload,
  UploadPart: uploads.uploadPart,
  UploadPartCopy: uploads.uploadPartCopy,
  CompleteMultipartUpload: uploads.completeMultipartUpload,
  AbortMultipartUpload: uploads.abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
};

import { expect, test } from 'vitest';
import { bucketOfHost, parseTarget, routeAction } from './router.ts';

test.each([
  ['127.0.0.1:9000', undefined],
  ['localhost:4566', undefined],
  ['s3.localhost:4566', undefined],
  ['s3.eu-west-1.amazonaws.com', undefined],
  ['lake.localhost', 'lake'],
  ['lake.s3.localhost:4566', 'lake'],
  ['my.lake.s3.localhost:4566', 'my.lake'],
  ['lake.s3.amazonaws.com', 'lake'],
  ['my.lake.s3.eu-west-1.amazonaws.com', 'my.lake'],
  ['lake.objects.test:80', 'lake'],
  ['objects.test', undefined],
])('finds in host %s the bucket %s', (host, bucket) => {
  expect(bucketOfHost(host, ['objects.test'])).toBe(bucket);
});

test.each([
  ['/b/k', 'b', 'k'],
  ['/b/', 'b', ''],
  ['/b', 'b', ''],
  ['/', '', ''],
  ['/b//k', 'b', '/k'],
  ['/b/../k', 'b', '../k'],
  ['/b/a%2Fb%3F%25+c', 'b', 'a/b?%+c'],
])('splits %s into bucket %j and key %j', (target, bucket, key) => {
  expect(parseTarget(`${target}?x-id=GetObject`, undefined)).toMatchObject({ bucket, key });
});

test('refuses a target that is no path or not well encoded', () => {
  expect(() => parseTarget('http://x/y', undefined)).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
  expect(() => parseTarget('/b/%zz', undefined)).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
});

test.each([
  ['GET', '/', {}, 'ListBuckets'],
  ['GET', '/b?list-type=2&prefix=x', {}, 'ListObjectsV2'],
  ['GET', '/b?prefix=x', {}, 'ListObjects'],
  ['PUT', '/b', {}, 'CreateBucket'],
  ['POST', '/b?delete=', {}, 'DeleteObjects'],
  ['PUT', '/b/k?x-id=PutObject', {}, 'PutObject'],
  ['PUT', '/b/k', { 'x-amz-copy-source': 'b/a' }, 'CopyObject'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', {}, 'UploadPart'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', { 'x-amz-copy-source': 'b/a' }, 'UploadPartCopy'],
  ['GET', '/b/k?uploadId=u', {}, 'ListParts'],
])('takes %s %s for an action', (method, target, headers, action) => {
  expect(routeAction(method, parseTarget(target, undefined), headers)).toBe(action);
});

test('says of what it does not emulate that it does not', () => {
  const route = (method: string, target: string) => () => routeAction(method, parseTarget(target, undefined), {});
  expect(route('GET', '/b?policy')).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
  expect(route('PUT', '/b/k?acl')).toThrow(expect.objectContaining({ code: 'NotImplemented' }));
  expect(route('PATCH', '/b/k')).toThrow(expect.objectContaining({ code: 'MethodNotAllowed' }));
});

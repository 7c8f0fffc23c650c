import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ParquetryError } from '../../core/errors.ts';
import { type FetchPayload, recogniseLayer, unwrapBody } from './body.ts';

const noPayloads: FetchPayload = async () => {
  throw new ParquetryError('E_NOT_FOUND', 's3://lake/x does not exist');
};
const unwrap = async (body: string | Uint8Array, fetch: FetchPayload = noPayloads) => {
  const { bytes, attributes } = await unwrapBody(Buffer.from(body as string), fetch);
  return { text: Buffer.from(bytes).toString(), attributes };
};
const packed = (text: string) => gzipSync(text).toString('base64');
const sns = (message: string, attributes?: object) =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: 'm-1',
    TopicArn: 'arn:aws:sns:us-east-1:123456789012:clicks',
    Message: message,
    MessageAttributes: attributes,
  });
const pointer = (className: string, target: object) => JSON.stringify([className, target]);
const NEW_CLASS = 'software.amazon.payloadoffloading.PayloadS3Pointer';
const OLD_CLASS = 'com.amazon.sqs.javamessaging.MessageS3Pointer';
const TARGET = { s3BucketName: 'lake', s3Key: 'big/1' };

describe('a body is left alone when it is', () => {
  it.each([
    ['JSON', '{"id":1,"Type":"Notification"}'],
    ['JSON that quotes an envelope', JSON.stringify({ note: sns('x') })],
    ['a JSON array', '[1,2]'],
    ['an array that mentions a pointer', '["x.PayloadS3Pointer",{"s3BucketName":"b","s3Key":"k"}]'],
    ['text', 'H4s'],
    ['broken JSON around the word', '{"Type":"Notification"'],
    ['nothing', ''],
  ])('%s', async (_, body) => expect(await unwrap(body)).toEqual({ text: body, attributes: {} }));
});

describe('a wrapping is taken off:', () => {
  it('gzip in base64', async () => expect((await unwrap(packed('{"id":1}'))).text).toBe('{"id":1}'));

  it('gzip in base64 broken into lines', async () => {
    const lines = packed('x'.repeat(500) + Math.PI).replace(/.{76}/g, '$&\r\n');
    expect((await unwrap(lines)).text).toHaveLength(500 + String(Math.PI).length);
  });

  it('an SNS envelope, with its attributes as plain strings', async () => {
    const attributes = { kind: { Type: 'String', Value: 'click' }, n: { Type: 'Number', Value: '7' } };
    expect(await unwrap(sns('{"id":1}', attributes))).toEqual({
      text: '{"id":1}',
      attributes: { kind: 'click', n: '7' },
    });
  });

  it.each([NEW_CLASS, OLD_CLASS])('a pointer of class %s', async (className) => {
    const fetched: unknown[] = [];
    const { text } = await unwrap(pointer(className, TARGET), async (at) => {
      fetched.push(at);
      return Buffer.from('{"id":1}');
    });
    expect(text).toBe('{"id":1}');
    expect(fetched).toEqual([{ bucket: 'lake', key: 'big/1' }]);
  });

  it('gzip in SNS', async () => expect((await unwrap(sns(packed('{"id":1}')))).text).toBe('{"id":1}'));

  it('a pointer in SNS to raw gzip', async () => {
    const { text } = await unwrap(sns(pointer(NEW_CLASS, TARGET)), async () => gzipSync('{"id":1}'));
    expect(text).toBe('{"id":1}');
  });

  it('gzip of several members, with zeros behind them', async () => {
    const body = Buffer.concat([gzipSync('{"id":1}\n'), gzipSync('{"id":2}\n'), Buffer.alloc(512)]);
    expect((await unwrap(body)).text).toBe('{"id":1}\n{"id":2}\n');
  });

  it('SNS in gzip', async () => expect((await unwrap(packed(sns('{"id":1}')))).text).toBe('{"id":1}'));
});

describe('a broken wrapping is refused:', () => {
  it.each([
    ['gzip cut short', packed('{"id":1}').slice(0, 24), 'E_INTEGRITY'],
    ['gzip with more behind zeros', Buffer.concat([gzipSync('1'), Buffer.alloc(3), gzipSync('2')]), 'E_INTEGRITY'],
    ['gzip with a foreign character', packed('{"id":1}').replace(/.{4}$/, '@@@@'), 'E_INTEGRITY'],
    ['a pointer without a key', pointer(NEW_CLASS, { s3BucketName: 'lake' }), 'E_INTEGRITY'],
    ['a pointer to a bucket with a slash', pointer(NEW_CLASS, { s3BucketName: 'a/b', s3Key: 'k' }), 'E_INTEGRITY'],
    ['a pointer to nothing', pointer(NEW_CLASS, TARGET), 'E_NOT_FOUND'],
    ['envelopes without end', [1, 2, 3, 4, 5].reduce((inner) => sns(inner), 'x'), 'E_RECORD'],
  ])('%s', async (_, body, code) => await expect(unwrap(body)).rejects.toMatchObject({ code }));

  it('a bomb, at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 28 + 1)).toString('base64');
    expect(bomb.length).toBeLessThan(2 ** 19);
    await expect(unwrap(bomb)).rejects.toMatchObject({ code: 'E_RECORD' });
  });
});

it('looks at the first bytes of a large body only', () => {
  const large = Buffer.alloc(2 ** 23, 0x20);
  large.write('{"Type":"Notification"');
  expect(recogniseLayer(large)).toEqual({ kind: 'plain' });
});

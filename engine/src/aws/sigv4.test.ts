import { SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner, type SigningKeys } from './sigv4.ts';
import { suite, vectors } from './sigv4-vectors.test-support.ts';

const { keys, scope, nowMs } = suite;

describe("the test suite that AWS published for signatures has our signer's answers:", () => {
  it.each(vectors)('$name', ({ request, keys, signedHeaders, signature }) => {
    const { authorization, ...added } = createSigner(scope)(request, keys, nowMs);
    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=${signedHeaders}, Signature=${signature}`,
    );
    expect(added['x-amz-date']).toBe('20150830T123600Z');
  });
});

describe('a signer', () => {
  it('derives a new key when the day, the secret or both have changed', () => {
    const request = vectors[0]!.request;
    const sign = createSigner(scope);
    const others: [SigningKeys, number][] = [
      [keys, nowMs],
      [keys, nowMs + 86_400_000],
      [{ ...keys, secretAccessKey: 'another' }, nowMs + 86_400_000],
      [keys, nowMs],
    ];
    for (const [keys, nowMs] of others)
      expect(sign(request, keys, nowMs)).toEqual(createSigner(scope)(request, keys, nowMs));
  });

  it("signs any request as the SDK's own does", async () => {
    // A name is in lower case and signed by both; `trim` and whitespace within values are where signers like to differ.
    const name = fc.stringMatching(/^x-[a-z0-9-]{1,20}$/);
    const value = fc.stringMatching(/^[\x20-\x7e\t]{0,40}$/);
    const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => text.isWellFormed());
    // The SDK keeps the query in an object, which cannot have this name.
    const parameter = text.filter((text) => text !== '' && text !== '__proto__');
    const segment = fc.stringMatching(/^[!-.0-~]{1,12}$/).filter((segment) => !/^\.+$/.test(segment));
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      path: fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join('/')}`),
      query: fc.dictionary(parameter, text, { maxKeys: 4, noNullPrototype: true }),
      headers: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
      body: fc.oneof(text, fc.uint8Array({ maxLength: 50 })),
    });
    const session = fc.record(
      {
        accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
        secretAccessKey: fc.string({ minLength: 1 }).filter((text) => text.isWellFormed()),
        sessionToken: fc.base64String({ minLength: 4 }),
      },
      { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
    );
    // Keys that have expired are asked for anew with each signature.
    let current: SigningKeys = keys;
    const credentials = async () => ({ ...current, expiration: new Date(0) });
    const client = new SQSClient({ region: 'eu-west-1', credentials });
    const signer = await client.config.signer();
    const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(request, session, time, async ({ method, path, query, headers, body }, keys, signingDate) => {
        current = keys;
        const theirs = await signer.sign(
          {
            method,
            path,
            query,
            body,
            protocol: 'https:',
            hostname: 'h.example.com',
            headers: { host: 'h.example.com', ...headers },
          },
          { signingDate },
        );
        const { authorization, 'x-amz-date': amzDate, 'x-amz-security-token': token, ...plain } = theirs.headers;
        const ours = createSigner({ region: 'eu-west-1', service: 'sqs' })(
          { method, path, query: Object.entries(query), body, headers: plain },
          keys,
          signingDate.getTime(),
        );
        expect(ours).toEqual({
          authorization,
          'x-amz-date': amzDate,
          ...(token !== undefined && { 'x-amz-security-token': token }),
        });
      }),
    );
  });
});

import type { SignableRequest, SigningKeys } from './sigv4.ts';

/*
 * Requests and signatures of the Signature Version 4 test suite that AWS published in its General Reference ("Signature Version 4 Test
 * Suite") and goes on publishing in awslabs/aws-c-auth, tests/aws-signing-test-suite/v4. Names are those of the suite. Left out: paths
 * with dots and double slashes, since ours come from URLs, which have none.
 */

/** The suite's own keys, scope and time. */
export const suite = {
  keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  scope: { region: 'us-east-1', service: 'service' },
  nowMs: Date.UTC(2015, 7, 30, 12, 36, 0),
};

/** A request of the suite with the hex digits that have to come out. */
export interface Vector {
  readonly name: string;
  readonly request: SignableRequest;
  readonly keys: SigningKeys;
  readonly signedHeaders: string;
  readonly signature: string;
}

const UNRESERVED = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const STS_TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';
const FORM = 'application/x-www-form-urlencoded';

interface Given extends Partial<SignableRequest> {
  readonly token?: string;
}

function vector(name: string, signature: string, { token, headers = {}, ...given }: Given = {}): Vector {
  const method = name.startsWith('post') ? 'POST' : 'GET';
  const request = { method, path: '/', body: '', ...given, headers: { host: 'example.amazonaws.com', ...headers } };
  const names = [
    ...Object.keys(request.headers),
    'x-amz-date',
    ...(token === undefined ? [] : ['x-amz-security-token']),
  ];
  return {
    name,
    request,
    keys: token === undefined ? suite.keys : { ...suite.keys, sessionToken: token },
    signedHeaders: names.sort().join(';'),
    signature,
  };
}

export const vectors: readonly Vector[] = [
  vector('get-vanilla', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'),
  vector('get-vanilla-query', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'),
  vector('get-vanilla-empty-query-key', 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb', {
    query: [['Param1', 'value1']],
  }),
  vector('get-vanilla-query-order-key', 'eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1', {
    query: [
      ['Param1', 'value2'],
      ['Param1', 'Value1'],
    ],
  }),
  vector('get-vanilla-query-order-key-case', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500', {
    query: [
      ['Param2', 'value2'],
      ['Param1', 'value1'],
    ],
  }),
  vector('get-vanilla-query-order-value', '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694', {
    query: [
      ['Param1', 'value2'],
      ['Param1', 'value1'],
    ],
  }),
  vector('get-vanilla-query-order-encoded', '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac', {
    query: [
      ['Param-3', 'Value3'],
      ['Param', 'Value2'],
      ['ሴ', 'Value1'],
    ],
  }),
  vector('get-vanilla-query-unreserved', '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197', {
    query: [[UNRESERVED, UNRESERVED]],
  }),
  vector('get-vanilla-utf8-query', '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04', {
    query: [['ሴ', 'bar']],
  }),
  vector('get-vanilla-with-session-token', '07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8', {
    token: '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267',
  }),
  vector('get-unreserved', '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f', {
    path: `/${UNRESERVED}`,
  }),
  vector('get-utf8', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85', { path: '/ሴ' }),
  vector('get-space', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741', { path: '/example space/' }),
  vector('get-header-key-duplicate', 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea', {
    headers: { 'my-header1': 'value2,value2,value1' },
  }),
  vector('get-header-value-multiline', 'ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790', {
    headers: { 'my-header1': 'value1,value2,value3' },
  }),
  vector('get-header-value-order', '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01', {
    headers: { 'my-header1': 'value4,value1,value3,value2' },
  }),
  vector('get-header-value-trim', 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736', {
    headers: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
  }),
  vector('post-vanilla', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'),
  vector('post-vanilla-query', '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11', {
    query: [['Param1', 'value1']],
  }),
  vector('post-header-key-sort', 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c', {
    headers: { 'my-header1': 'value1' },
  }),
  vector('post-header-value-case', 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d', {
    headers: { 'my-header1': 'VALUE1' },
  }),
  vector('post-x-www-form-urlencoded', 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a', {
    headers: { 'content-type': FORM },
    body: 'Param1=value1',
  }),
  vector('post-sts-header-before', '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead', {
    token: STS_TOKEN,
  }),
];

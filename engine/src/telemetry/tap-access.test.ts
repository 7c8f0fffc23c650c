import { expect, test } from 'vitest';
import { type TapCaller, tapRefusal } from './tap-access.ts';

const here: TapCaller = { remoteAddress: '127.0.0.1', headers: { host: 'localhost:9464' } };
const with_ = (headers: TapCaller['headers'], remoteAddress = '127.0.0.1'): TapCaller => ({
  remoteAddress,
  headers: { host: 'localhost:9464', ...headers },
});
const TOKEN = 'a-token-of-some-length';

test.each<[string, TapCaller]>([
  ['by name', here],
  ['by IPv4', with_({ host: '127.0.0.1:9464' })],
  ['by IPv6', with_({ host: '[::1]:9464' }, '::1')],
  ['by IPv4 in IPv6', with_({}, '::ffff:127.0.0.1')],
])('somebody on this machine may tap: %s', (_name, caller) => {
  expect(tapRefusal('loopback', undefined, caller)).toBeUndefined();
});

test.each<[string, TapCaller]>([
  ['from elsewhere', with_({}, '10.0.0.7')],
  ['from an address that only looks like this machine', with_({}, '::ffff:10.127.0.0')],
  ['from nowhere', { remoteAddress: undefined, headers: { host: 'localhost' } }],
  ['a page whose name was rebound', with_({ host: 'evil.example:9464' })],
  ['a page', with_({ origin: 'http://localhost:3000' })],
  ['a page without an Origin', with_({ 'sec-fetch-site': 'cross-site' })],
  ['a stranger behind a proxy', with_({ 'x-forwarded-for': '10.0.0.7' })],
  ['no host', { remoteAddress: '127.0.0.1', headers: {} }],
])('%s may not', (_name, caller) => {
  expect(tapRefusal('loopback', undefined, caller)).toMatchObject({ status: 403 });
});

test('with a token only who has it may tap, from anywhere but a browser', () => {
  const bearer = (token: string) => with_({ host: 'engine:9464', authorization: `Bearer ${token}` }, '10.0.0.7');
  expect(tapRefusal('token', TOKEN, bearer(TOKEN))).toBeUndefined();
  expect(tapRefusal('token', TOKEN, bearer('another'))).toMatchObject({ status: 401 });
  expect(tapRefusal('token', TOKEN, here)).toMatchObject({ status: 401 });
  expect(tapRefusal('token', undefined, bearer(''))).toMatchObject({ status: 401 });
  expect(tapRefusal('token', TOKEN, with_({ authorization: `Bearer ${TOKEN}`, origin: 'x' }))).toMatchObject({
    status: 403,
  });
});

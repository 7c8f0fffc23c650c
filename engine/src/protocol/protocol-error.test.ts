import { expect, test } from 'vitest';
import { ProtocolError, toWireError } from './protocol-error.ts';

test('that a login would help is still known after an error has crossed twice', () => {
  const details = { login: { profile: 'dev' }, awsCode: 'ExpiredToken' };
  const thrown = Object.assign(new Error('queue clicks was called with expired credentials'), {
    ...{ code: 'E_ACCESS', details },
  });
  const once = toWireError(thrown);
  expect(once).toMatchObject({ code: 'E_ACCESS', login: { profile: 'dev' } });
  expect(once).not.toHaveProperty('details');
  expect(toWireError(new ProtocolError(once))).toEqual(once);
});

test('an error that no login mends names none', () => {
  expect(toWireError(Object.assign(new Error('refused'), { code: 'E_ACCESS', details: {} })).login).toBeUndefined();
});

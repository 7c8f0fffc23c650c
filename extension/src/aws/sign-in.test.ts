import { expect, test } from 'vitest';
import { signInWith } from './sign-in.ts';

test.each(['work', 'Some Team/reader@eu-west-1', 'a.b+c=d:e,f'])('%s is named in the command', (profile) => {
  expect(signInWith(profile)).toEqual({ command: `aws sso login --profile "${profile}"`, env: {} });
});

test.each(['x$(touch y)', 'x`touch y`', 'x"; touch y #', '%PATH%', "it's", 'a\nb', '--debug', 'x\\', '!!'])(
  'nothing of %j gets into a shell',
  (profile) => {
    expect(signInWith(profile)).toEqual({ command: 'aws sso login', env: { AWS_PROFILE: profile } });
  },
);

test('without a profile it is what the environment says', () => {
  expect(signInWith('')).toEqual({ command: 'aws sso login', env: {} });
});

import { expect, test } from 'vitest';
import { nodeCommand } from './node-settings.ts';

test('processes run on the Node that is named and sign in with the profile that is chosen', () => {
  expect(nodeCommand({ nodePath: '/opt/node', awsProfile: 'work' }, '/editor')).toEqual({
    execPath: '/opt/node',
    env: { ELECTRON_RUN_AS_NODE: '1', AWS_PROFILE: 'work' },
  });
});

test('by default they run on the editor’s own Node, as the environment says', () => {
  expect(nodeCommand({ nodePath: '', awsProfile: '' }, '/editor')).toEqual({
    execPath: '/editor',
    env: { ELECTRON_RUN_AS_NODE: '1' },
  });
});

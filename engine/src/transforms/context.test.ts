import { expect, it } from 'vitest';
import { createRecordContext, uuidV5 } from './context.ts';
import { deliveryOf } from './testing.ts';

it('makes the version 5 UUID that any other library makes of the same name', () => {
  // python3 -c "import uuid; print(uuid.uuid5(uuid.UUID('7c1f8d0e-3b9a-4c57-a6e2-f04d1b8c5e93'), 'message-1/0/0'))"
  expect(uuidV5('message-1/0/0')).toBe('ef249c3c-cb2f-537a-af52-e8e4235a760d');
});

it('counts the calls of each record anew', () => {
  const { ctx, enter } = createRecordContext(undefined);
  const first = [0, 1].map((ordinal) => {
    enter(deliveryOf(), ordinal);
    return [ctx.uuid(), ctx.uuid()];
  });
  enter(deliveryOf(), 1);
  expect(ctx.uuid()).toBe(first[1]?.[0]);
  expect(first.flat()[0]).toBe(uuidV5('message-1/0/0'));
  expect(new Set(first.flat()).size).toBe(4);
});

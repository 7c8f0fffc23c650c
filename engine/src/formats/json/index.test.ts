import { describe, expect, it } from 'vitest';
import { component } from './index.ts';

describe('the json format', () => {
  it('is named after its folder and takes no settings', () => {
    expect(component).toMatchObject({ kind: 'format', type: 'json' });
    expect(component.config.parse({})).toEqual({});
    expect(component.config.safeParse({ strict: true }).success).toBe(false);
  });

  it('makes scanners', async () => {
    const format = await component.create({}, {} as never);
    const scanner = format.createScanner(
      { fields: [{ name: 'a', type: { kind: 'int' }, optional: false }] },
      { rest: true },
    );
    expect(scanner.add(Buffer.from('{"a":1,"b":2}'))).toBe(1);
    expect(scanner.take().records.rows.fields.map((field) => field.name)).toEqual(['a', '_rest']);
  });
});

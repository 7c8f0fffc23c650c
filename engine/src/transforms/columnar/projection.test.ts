import { describe, expect, it } from 'vitest';
import type { Schema } from '../../core/schema.ts';
import { t } from '../api/t.ts';
import { batchOf, rowsOf } from '../testing.ts';
import { projectTo } from './projection.ts';

const input: Schema = t.row({
  id: t.int(),
  geo: t.struct({ lat: t.double(), place: t.struct({ city: t.string(), zip: t.string() }) }).optional(),
  tags: t.list(t.string()),
});
const rows = [
  { id: 1, geo: { lat: 1, place: { city: 'Oslo', zip: '0150' } }, tags: ['a'] },
  { id: 2, geo: null, tags: [] },
];

describe('a projection', () => {
  it.each([
    [[['id']], [{ id: 1 }, { id: 2 }]],
    [[['geo', 'place', 'city']], [{ geo: { place: { city: 'Oslo' } } }, { geo: null }]],
    [
      [
        ['geo', 'place'],
        ['geo', 'place', 'city'],
      ],
      [{ geo: { place: { city: 'Oslo', zip: '0150' } } }, { geo: null }],
    ],
    [[['geo', 'lat'], ['geo']], rows.map(({ geo }) => ({ geo }))],
    [
      [['tags', 'length'], ['nothing']],
      [{ tags: [{}] }, { tags: [] }],
    ],
    [
      [['tags', 'length'], ['tags']],
      [{ tags: ['a'] }, { tags: [] }],
    ],
    [[['geo', 'nothing']], [{ geo: {} }, { geo: null }]],
    [[], [{}, {}]],
  ])('to %j', (paths, wanted) => {
    const { schema, of } = projectTo(paths, input);
    const projected = of(batchOf(input, rows).rows);
    expect(rowsOf(projected).map((row) => ({ ...row }))).toEqual(wanted);
    expect(projected.fields).toBe(schema.fields);
  });
});

import { describe, expect, test } from 'vitest';
import { hashOf, type Place, placeOf } from './location.ts';

const places: readonly Place[] = [
  { route: { page: 'home' } },
  { route: { page: 'preview', folder: '/p/clicks' } },
  {
    route: { page: 'preview', folder: '/p/clicks', environment: 'local', isLocked: true },
    file: '/p/clicks/transform.ts',
  },
  { route: { page: 'dead-letters', folder: 'C:\\pipelines\\clicks & co=1#?%20' } },
  { route: { page: 'run', run: 'clicks-20260101' }, file: '/p/a b/ü.ts' },
  { route: { page: 'parquet', uri: 's3://lake/clicks/dt=2026-01-01/a+b.parquet', folder: '/p', environment: 'prod' } },
];

describe('the address', () => {
  test.each(places)('of %j leads back to it', (place) => {
    expect(placeOf(hashOf(place))).toEqual(place);
  });

  test('reads well', () => {
    const place: Place = { route: { page: 'preview', folder: '/p/clicks' }, file: '/p/clicks/transform.ts' };
    expect(hashOf(place)).toBe('#/preview?folder=/p/clicks&file=/p/clicks/transform.ts');
  });

  test.each([
    '',
    '#',
    '#x',
    '#/',
    '#/nowhere',
    '#/preview',
    '#/run?folder=x',
    '#/constructor',
    '#/__proto__?folder=x',
    '#/preview?%',
  ])('leads home from %j', (hash) => {
    expect(placeOf(hash).route).toEqual({ page: 'home' });
  });
});

import * as api from '../../../../engine/src/transforms/api.ts';
import { eventFields, events, seeded } from '../../events.ts';
import type { Dataset } from '../dataset.ts';

const SHOPS = 200;
const lowerUrl = 'lower' in api ? 'lower(event.url)' : 'event.url?.toLowerCase()';

const output = {
  event_time: 'timestamp',
  id: 'int',
  user: 'int',
  event_id: 'string',
  country: 'string',
  device: 'string',
  act: 'string',
  url: 'string?',
  ua: 'string',
  value_eur: 'double?',
  lat: 'double',
  lon: 'double',
  city: 'string',
  active: 'bool',
  hour: 'int32',
  segment: 'string',
};

const columns = `
    event_time: event.ts,
    id: event.id,
    user: event.user_id,
    event_id: event.uuid,
    country: event.country,
    device: event.device,
    act: event.action,
    url: ${lowerUrl},
    ua: event.ua,
    value_eur: event.value == null ? undefined : event.value * 0.92,
    lat: event.geo.lat,
    lon: event.geo.lon,
    city: event.geo.city,
    active: event.active,
    hour: Math.floor(event.ts / 3_600_000_000) % 24,
    segment: segments.get(event.user_id % 10_000),`;

const mapOf = (more: string) => `(event) => {
  if (event.user_id % 10 === 0) return drop('sampled out');
  return {${columns}${more}
  };
}`;

/**
 * Events of a web shop, 13 fields, 371 bytes a record; user code drops a tenth and the tags, renames, flattens, lower-cases,
 * derives two values and looks one up: 16 columns.
 */
export const wide: Dataset = {
  name: 'wide',
  fields: eventFields,
  records: () => events(Number.POSITIVE_INFINITY),
  userCode: {
    imports: ['drop', ...('lower' in api ? ['lower'] : [])],
    // The Map shares its 100 names: 10,000 strings of their own do not fit the cache, and waiting for them would be measured.
    setup: `const names = Array.from({ length: 100 }, (_, i) => \`segment_\${i}\`);
const segments = new Map(Array.from({ length: 10_000 }, (_, i) => [i, names[(i * 7) % 100]]));`,
    output,
    map: mapOf(''),
  },
};

/** The same events, each with one of 200 shops: to partition by. */
export const shops: Dataset = {
  ...wide,
  fields: { ...wide.fields, shop: 'string' },
  *records() {
    const random = seeded(200);
    for (const event of wide.records()) {
      yield `${event.slice(0, -1)},"shop":"shop-${Math.floor(random() * SHOPS)}"}`;
    }
  },
  userCode: { ...wide.userCode, output: { ...output, shop: 'string' }, map: mapOf('\n    shop: event.shop,') },
};

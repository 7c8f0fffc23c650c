/*
 * Events of a web shop: 13 fields, about 371 bytes a record of JSON. Timestamp text, ints, doubles, strings of low and high
 * cardinality, a nested object, a list, nulls and missing keys. Seeded: equal counts give equal bytes.
 */

/** Mulberry32: small, fast, good enough for data. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const countries = 'US DE FR GB JP BR IN CN CA AU NO SE ES IT MX PL NL KR ZA AR'.split(' ');
const devices = ['mobile', 'desktop', 'tablet', 'tv', 'console'];
const actions = ['view', 'click', 'add_to_cart', 'purchase', 'search', 'scroll', 'login', 'logout'];
const cities =
  'Oslo,Berlin,Paris,London,Tokyo,São Paulo,Mumbai,Zürich,Toronto,Sydney,Bergen,Malmö,Madrid,Rome,Austin'.split(',');
const tags = ['new', 'promo', 'vip', 'beta', 'a1', 'b2', 'c3', 'organic', 'paid', 'email', 'social'];
const systems = ['X11; Linux x86_64', 'Windows NT 10.0', 'iPhone; CPU OS 17_1', 'Macintosh'];

/** The input schema of the events. */
export const eventFields: Record<string, string> = {
  ts: 'timestamp',
  id: 'int',
  user_id: 'int',
  uuid: 'string',
  country: 'string',
  device: 'string',
  action: 'string',
  url: 'string?',
  ua: 'string',
  value: 'double?',
  geo: 'struct<lat: double, lon: double, city: string>',
  tags: 'list<string>',
  active: 'bool',
};

/** `count` events, one JSON text each. */
export function* events(count: number): Generator<string> {
  const random = seeded(12345);
  const integer = (below: number) => Math.floor(random() * below);
  const pick = <T>(from: readonly T[]): T => from[integer(from.length)]!;
  const hex = (digits: number) => {
    let text = '';
    while (text.length < digits) text += integer(0x10000).toString(16).padStart(4, '0');
    return text.slice(0, digits);
  };
  const agents = Array.from(
    { length: 4_000 },
    (_, i) => `Mozilla/5.0 (${systems[i % 4]}) Chrome/${90 + (i % 40)}.0.${i}.${integer(200)}`,
  );
  for (let id = 0; id < count; id++) {
    const event: Record<string, unknown> = {
      ts: new Date(1_709_290_000_000 + id * 37 + integer(30)).toISOString(),
      id,
      user_id: integer(5_000_000),
      uuid: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
      country: countries[Math.floor(random() * random() * countries.length)],
      device: pick(devices),
      action: pick(actions),
    };
    if (random() > 0.03)
      event.url = `https://shop.example.com/p/${integer(100_000)}?ref=${hex(6)}${random() < 0.01 ? '&q="x"' : ''}`;
    event.ua = pick(agents);
    event.value = random() < 0.05 ? null : Math.round(random() * 1e5) / 100;
    event.geo = {
      lat: Math.round((random() * 180 - 90) * 1e4) / 1e4,
      lon: Math.round((random() * 360 - 180) * 1e4) / 1e4,
      city: pick(cities),
    };
    event.tags = Array.from({ length: integer(4) }, () => pick(tags));
    event.active = random() < 0.7;
    yield JSON.stringify(event);
  }
}

/** The user code of the benchmarks: drops a tenth, renames, lower-cases, derives, looks up. */
export const eventTransform = `import { defineTransform, drop, t } from 'parquetry';
const regions = new Map([['US', 'amer'], ['CA', 'amer'], ['MX', 'amer'], ['BR', 'amer'], ['AR', 'amer'], ['JP', 'apac'], ['CN', 'apac'], ['IN', 'apac'], ['KR', 'apac'], ['AU', 'apac']]);
export default defineTransform({
  output: t.row({
    event_time: t.timestamp(), id: t.int(), user_id: t.int(), uuid: t.string(), country: t.string(), region: t.string(), device: t.string(), action: t.string(),
    url: t.string().optional(), ua: t.string(), value: t.double().optional(), value_cents: t.int().optional(), lat: t.double(), lon: t.double(), city: t.string(),
    tags: t.list(t.string()), active: t.bool(),
  }),
  map: (event) => {
    const { ts, url, value, geo } = event;
    if (event.action === 'scroll' && event.active === false) return drop('scroll');
    return {
      event_time: ts, id: event.id, user_id: event.user_id, uuid: event.uuid, country: event.country, region: regions.get(event.country) ?? 'emea',
      device: event.device, action: event.action, url: url?.toLowerCase(), ua: event.ua, value, value_cents: value === undefined || value === null ? undefined : Math.round(value * 100),
      lat: geo.lat, lon: geo.lon, city: geo.city, tags: event.tags, active: event.active,
    };
  },
});
`;

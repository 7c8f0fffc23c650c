/** `map` functions whose code means another thing than it seems to at a glance: each gave wrong rows, or errors, once. */
export const TRICKY_MAPS: readonly string[] = [
  // A name that is used above its declaration.
  '(r) => { function tell() { return name + "!"; } const name = r.name; return { id: r.id, big: r.big, at: r.at, label: tell() }; }',
  '(r) => { const tell = () => name + "!"; const name = r.name; return { id: r.id, big: r.big, at: r.at, label: tell() }; }',
  '(r) => { class Teller { get() { return url; } } const url = r.url; return { id: r.id, big: r.big, at: r.at, label: new Teller().get() }; }',
  '(r) => { let out; const later = () => { out = url; }; const { url } = r; later(); return { id: r.id, big: r.big, at: r.at, label: out }; }',
  '(r) => { const tell = () => rest.url; const { id, ...rest } = r; return { id, big: r.big, at: r.at, label: tell() }; }',
  '(r) => { const set = () => { home.lat = 99; }; const home = r.home; set(); return { id: r.id, big: r.big, at: r.at, home: r.home }; }',
  '(r) => { const set = () => { tags.push("z"); }; const tags = r.tags; set(); return { id: r.id, big: r.big, at: r.at, tags: r.tags }; }',
  '(r) => { const set = () => { rest.id = 42; }; const { name, ...rest } = r; set(); return { ...rest }; }',
  '(r) => { for (const set = () => { tags.push("b"); }, tags = r.tags; ; ) { set(); return { id: r.id, big: r.big, at: r.at, tags: r.tags }; } }',
  '(r) => { if (r.ok) return { id: r.id, big: r.big, at: r.at, label: name }; const name = r.name; return { id: r.id, big: r.big, at: r.at, label: name }; }',
  '(r) => { const n = early(); const name = r.name; function early() { const other = name; return 1; } return { id: r.id, big: r.big, at: r.at, n }; }',
  '({ n = url.length, id, big, at, url }) => ({ id, big, at, url, n })',
  // A name that all cases of a switch know.
  '(r) => { switch (r.ok) { case true: const name = r.name; case 5: return { id: r.id, big: r.big, at: r.at, label: name }; default: return { id: r.id, big: r.big, at: r.at }; } }',
  '(r) => { switch (r.ok) { case true: const tags = r.tags; default: if (r.ok) tags.push("m"); return { id: r.id, big: r.big, at: r.at, tags: r.tags }; } }',
  '(r) => { switch (r.ok) { case true: const label = r.name; default: return { id: r.id, big: r.big, at: r.at, label }; } }',
  // A field that a rest lacks.
  '({ id, ...rest }) => { rest.id = id * 2; return { ...rest }; }',
  '({ name, ...rest }) => { rest.name = name ?? "none"; return { ...rest }; }',
  '({ id, ...rest }) => { delete rest.id; return { ...rest, id }; }',
  '({ id, ...rest }) => { rest.id ??= 4; return { ...rest }; }',
  '({ id, ...rest }) => { [rest.id] = [3]; return { ...rest }; }',
  '({ id, ...rest }) => { const x = rest.id; return { ...rest, id, n: x ?? 1 }; }',
  '({ id, ok, ...rest }) => { rest.ok = !ok; return { id, big: rest.big, at: rest.at, label: String(rest.ok) }; }',
  '(r) => { const { name, ...others } = r; others["name"] ??= "none"; return { ...others, url: lower(r.url) }; }',
  // A struct within a struct is taken apart.
  '(r) => { const { deep: { x } } = r.nest; return { id: r.id, big: r.big, at: r.at, n: x, label: r.url + "!" }; }',
  '(r) => { const { deep: { x, y } } = r.nest; return { id: r.id, big: r.big, at: r.at, label: r.url + "!" }; }',
  '(r) => { const { deep: { x } } = r.nest, { url } = r; return { id: r.id, big: r.big, at: r.at, n: x, label: url }; }',
  '(r) => { const { nest: { deep: { x } } } = r; return { id: r.id, big: r.big, at: r.at, n: x, label: r.url + "!" }; }',
  '({ id, big, at, nest: { deep: { x } } }) => ({ id, big, at, n: x })',
  // A getter that looks at the row.
  '(r) => ({ id: r.id, big: r.big, at: r.at, url: r.url, get label() { return this.id + "!"; } })',
  '(r) => ({ ...r, get label() { return this.url; } })',
  '(r) => ({ id: r.id, big: r.big, at: r.at, url: r.url, get label() { return (() => this.url)(); } })',
  // A table, or a pattern, that changes from record to record.
  '(r) => { seen.set(r.url, "s" + r.id); return { id: r.id, big: r.big, at: r.at, label: lookup(seen, r.url) }; }',
  '(r) => { if (!first.has(r.name)) first.set(r.name, r.id); return { id: r.id, big: r.big, at: r.at, n: lookup(first, r.name) }; }',
  '(r) => { alias.set(r.url, "a"); return { id: r.id, big: r.big, at: r.at, label: lookup(leaked, r.url) }; }',
  '(r) => { remember(r.url); return { id: r.id, big: r.big, at: r.at, label: lookup(remembered, r.url) }; }',
  '(r) => ({ id: r.id, big: r.big, at: r.at, label: lookup(counting, r.url) })',
  '(r) => { const hit = global.test(r.url); return { id: r.id, big: r.big, at: r.at, n: hit ? 1 : 0, found: matches(r.url, global) }; }',
  '(r) => ({ id: r.id, big: r.big, at: r.at, found: matches(r.url, alternating) })',
  // What is changed is read by nothing else.
  '(r) => { r.home.lat = 4; return { id: r.id, big: r.big, at: r.at }; }',
  '(r) => { delete r.home.tag; return { id: r.id, big: r.big, at: r.at }; }',
  '(r) => { r.tags.length = 0; return { id: r.id, big: r.big, at: r.at }; }',
  // A stack with a function that has no name.
  '(r) => ({ id: r.id, big: r.big, at: r.at, label: [1].map(() => nobody)[0] })',
];

/** The tables and patterns that they use. */
export const TRICKY_TOP = `
const seen = new Map();
const first = new Map();
const leaked = new Map();
const alias = leaked;
const remembered = new Map();
const remember = (key) => remembered.set(key, 'r');
class Counting extends Map { calls = 0; get(key) { return 'call ' + this.calls++; } }
const counting = new Counting();
const global = /./g;
class Alternating extends RegExp { calls = 0; test(text) { return this.calls++ % 2 === 0; } }
const alternating = new Alternating('.');
`;

import { describe, expect, it } from 'vitest';
import type { Schema } from '../../core/schema.ts';
import { t } from '../api/t.ts';
import { compileTransform } from '../compile.ts';
import { createProject } from '../testing.ts';
import {
  type ExplainedField,
  type ExplainFacts,
  type Explanation,
  explainNoTransform,
  explainTransform,
} from './explain.ts';

const input: Schema = t.row({
  id: t.int(),
  url: t.string(),
  name: t.string().optional(),
  at: t.timestamp(),
  home: t.struct({ lat: t.double(), tags: t.list(t.string()) }),
  geo: t.struct({ lat: t.double() }).optional(),
  tags: t.list(t.string()),
  doc: t.json().optional(),
});

const HEAD = `import { defineTransform, drop, hour, lookup, lower, t } from 'parquetry';
const table = new Map([['a', 'b']]);
const filled = new Map();
for (const key of ['a', 'b']) filled.set(key, key + '!');
['c'].forEach((key) => filled.set(key, 'sea').set('d', 'dee'));
const changing = new Map();
const helper = (value) => value;
const made = helper(new Map());
`;

/** All fields are optional, so that a row may have any of them. */
const OUTPUT: Schema = t.row({
  id: t.int().optional(),
  url: t.string().optional(),
  name: t.string().optional(),
  at: t.timestamp().optional(),
  lat: t.double().optional(),
  tags: t.list(t.string()).optional(),
  doc: t.json().optional(),
  n: t.int32().optional(),
});

async function explain(text: string, facts: Partial<ExplainFacts> = {}): Promise<Explanation> {
  await using files = await createProject({ 'transform.ts': HEAD + text });
  const compiled = await compileTransform(files.path('transform.ts'));
  return explainTransform(compiled, { input, output: OUTPUT, hasPrefetch: false, passthrough: false, ...facts });
}

function explainMap(map: string, facts?: Partial<ExplainFacts>): Promise<Explanation> {
  return explain(`export default defineTransform({ output: t.row({}),\nmap: ${map} });`, facts);
}

/** `id<id lat<geo.lat n=hour(at)`: what needs no code. */
function shortly({ fields }: Explanation): string {
  const text = ({ name, how, from, call }: ExplainedField) =>
    how === 'built-in' ? `${name}=${call}` : `${name}<${from}`;
  return fields
    .filter(({ how }) => how !== 'computed')
    .map(text)
    .join(' ');
}

describe('what is handed on', () => {
  it.each([
    ['(r) => ({ id: r.id, name: r.url })', 'id<id name<url'],
    ['(r) => ({ id: r.id, url: helper(r.url) })', 'id<id'],
    ['function (r) { return { id: r.id }; }', 'id<id'],
    ['(r) => ({ "id": r["id"] })', 'id<id'],
    ['({ id, url: name }) => ({ id, name })', 'id<id name<url'],
    ['({ url, ...rest }) => ({ ...rest, url: url + "!" })', 'id<id name<name at<at tags<tags doc<doc'],
    ['({ id, ...rest }) => ({ url: rest.url, name: rest.id })', 'url<url'],
    ['(r) => { const { id, ...rest } = r; return { ...rest }; }', 'url<url name<name at<at tags<tags doc<doc'],
    ['(r) => ({ ...r })', 'id<id url<url name<name at<at tags<tags doc<doc'],
    ['(r) => r', 'id<id url<url name<name at<at tags<tags doc<doc'],
    ['(r) => ({ lat: r.home.lat })', 'lat<home.lat'],
    ['(r) => ({ lat: r.geo?.lat })', 'lat<geo.lat'],
    ['(r) => ({ lat: r.geo.lat })', ''],
    ['({ home: { lat } }) => ({ lat })', 'lat<home.lat'],
    ['(r) => { const home = r.home; const { lat } = home; return { lat }; }', 'lat<home.lat'],
    ['(r) => r.id > 1 ? { id: r.id } : { id: r.id, url: r.url }', 'id<id'],
    ['(r) => r.id > 1 ? { id: r.id, name: r.url } : { id: r.id, name: r.name }', 'id<id'],
    ['(r, ctx) => r.id > 1 ? ctx.drop("x") : { id: r.id }', 'id<id'],
    ['(r, { drop: leave }) => r.id > 1 ? leave("x") : { id: r.id }', 'id<id'],
    ['(r) => { if (r.id > 1) return drop("x"); const row = { id: r.id, n: 1 }; return row; }', 'id<id'],
    ['(r) => [{ id: r.id, n: 1 }, { id: r.id, n: 2 }]', 'id<id'],
    ['(r) => ({ id: 1, ...r })', 'id<id url<url name<name at<at tags<tags doc<doc'],
    ['(r) => ({ ...r, ...helper({}) })', ''],
    ['(r) => ({ ...helper({}), id: r.id })', 'id<id'],
    ['(r) => ({ tags: r.tags, n: r.tags.length, id: r.tags.map((tag) => tag.length)[0] })', 'tags<tags'],
    ['(r) => ({ ...r, n: r.home.tags.length + r.tags.length })', 'id<id url<url name<name at<at tags<tags doc<doc'],
    ['(r) => ({ tags: r.tags, n: helper(r.tags).length })', ''],
    ['(r) => { if (r.geo === null) return drop("x"); return { lat: r.geo?.lat, id: r.id }; }', 'id<id lat<geo.lat'],
    ['(r) => { helper(r.geo); return { lat: r.geo?.lat, id: r.id }; }', 'id<id'],
    [
      '(r) => ({ url: lower(r.url), name: lookup(table, r.name), n: hour(r.at) })',
      'url=lower(url) name=lookup(table, name) n=hour(at)',
    ],
    ['(r) => ({ name: lookup(filled, r.name), n: filled.size })', 'name=lookup(filled, name)'],
    ['(r) => ({ name: lookup(table, r.name), url: table.get(r.url) })', 'name=lookup(table, name)'],
    ['(r) => { changing.set(r.url, "x"); return { name: lookup(changing, r.name), id: r.id }; }', 'id<id'],
    ['(r) => ({ name: lookup(made, r.name), id: r.id })', 'id<id'],
    ['(r) => { const lower = helper; return { url: lower(r.url), id: r.id }; }', 'id<id'],
    ['(r) => ({ id: r.url, doc: r.doc, n: r.id })', 'doc<doc'],
    ['(r) => { r.doc.seen = 1; return { id: r.id, doc: r.doc }; }', ''],
    ['(r) => { helper(r.doc); return { id: r.id, doc: r.doc }; }', 'id<id'],
  ])('%s', async (map, wanted) => {
    expect(shortly(await explainMap(map))).toBe(wanted);
  });

  it('is found in a named function, too', async () => {
    const text =
      'const toRow = (r) => ({ id: r.id });\nexport default defineTransform({ output: t.row({}), map: toRow });';
    expect(shortly(await explain(text))).toBe('id<id');
  });

  it('is what a table holds that setup fills', async () => {
    const text = `const table2 = new Map();
      export default defineTransform({ output: t.row({}), setup: () => { table2.set('a', 'b'); }, map: (r) => ({ name: lookup(table2, r.name) }) });`;
    expect(shortly(await explain(text))).toBe('name=lookup(table2, name)');
  });

  it('is found in a method, too', async () => {
    const text = 'export default defineTransform({ output: t.row({}), map(r) { return { id: r.id }; } });';
    expect(shortly(await explain(text))).toBe('id<id');
  });
});

describe('nothing is handed on where', () => {
  it.each([
    ['(r) => { r.id = 1; return { id: r.id }; }', 'the record is changed'],
    ['(r) => { delete r.id; return { id: r.id }; }', 'the record is changed'],
    ['(r) => { r.home.lat++; return { id: r.id }; }', 'the record is changed'],
    ['(r) => { helper(r); return { id: r.id }; }', 'the record is used as a whole'],
    ['(r) => { const keep = () => r; return { id: r.id, n: keep().id }; }', 'the record is used as a whole'],
    ['(r) => ({ id: r.id, n: Object.keys(r).length })', 'the record is used as a whole'],
    ['(r) => { const other = r; return { id: r.id }; }', 'the record is used as a whole'],
    ['(r) => ({ id: r.id, url: r[helper("url")] })', 'the record is read by a computed key'],
    ['({ id, [helper("url")]: url }) => ({ id, url })', 'a field is taken out of the record by a computed key'],
    ['(r = {}) => ({ id: r.id })', 'the parameter of map is set, has a default, or its name is declared again'],
    [
      '(r) => { r = { id: 1 }; return { id: r.id }; }',
      'the parameter of map is set, has a default, or its name is declared again',
    ],
    ['(r) => ({ [helper("id")]: r.id })', 'a returned object has a computed key, or sets its prototype'],
    ['(r) => ({ __proto__: helper({}), id: r.id })', 'a returned object has a computed key, or sets its prototype'],
    ['(r) => helper({ id: r.id })', 'map returns what is no object literal'],
    ['(r) => { const row = { id: r.id }; row.id = 2; return row; }', 'map returns what is no object literal'],
    ['function (r) { return { id: r.id, n: arguments.length }; }', 'map uses arguments'],
    ['(r) => ({ id: r.id, n: eval("1") })', 'map uses eval'],
    ['function (r) { return { id: r.id, url: this.url }; }', 'map uses this'],
    ['function* (r) { return { id: r.id }; }', 'map uses a generator'],
    [
      '(r) => r.id > 1 ? { ...r } : { id: r.id }',
      'fields that the output lacks are spread into some of the returned objects, or into an array of them',
    ],
  ])('%s', async (map, message) => {
    const explanation = await explainMap(map);
    expect(shortly(explanation)).toBe('');
    expect(explanation.remarks.map((remark) => remark.message)).toContain(message);
    expect(explanation.remarks.every(({ hint }) => hint !== undefined)).toBe(true);
  });

  it('map is made by a call', async () => {
    const { remarks, built } = await explainMap('helper((r) => ({ id: r.id }))');
    expect(remarks[0]?.message).toBe('map is made somewhere else than where its code stands');
    expect(built).toHaveLength(input.fields.length);
  });

  it('the exported name is set anew, so that another map may be called', async () => {
    const text =
      'let own = defineTransform({ output: t.row({}), map: (r) => ({ id: r.id }) }); own = { ...own }; export { own as default };';
    const { runsCode } = await explain(text);
    expect(runsCode).toBe(true);
  });

  it('the transform is wrapped, so that another map may be called', async () => {
    const text =
      'const twice = (x) => x; export default twice(defineTransform({ output: t.row({}), map: (r) => ({ id: r.id }) }));';
    const { remarks, runsCode } = await explain(text);
    expect(remarks[0]?.message).toBe('map is made somewhere else than where its code stands');
    expect(runsCode).toBe(true);
  });

  it('prefetch looks at the records', async () => {
    const { remarks } = await explainMap('(r) => ({ id: r.id })', { hasPrefetch: true });
    expect(remarks[0]?.message).toBe('prefetch gets whole records');
  });

  it('the input of a failed record takes its place', async () => {
    const { remarks } = await explainMap('(r) => ({ id: r.id })', { passthrough: true });
    expect(remarks[0]?.message).toContain('passthrough needs whole records');
  });
});

describe('an explanation', () => {
  it.each([
    ['exported by a name', 'const own = DEFINITION; export default own;'],
    ['exported as default', 'const own = DEFINITION; export { own as default };'],
    ['given another name', 'const own = DEFINITION; const other = own; export default other;'],
  ])('finds the transform that is %s', async (_how, text) => {
    const definition = 'defineTransform({ output: t.row({ id: t.int() }), map: (r) => ({ id: r.id }) })';
    const { fields, runsCode } = await explain(text.replace('DEFINITION', definition), {
      output: t.row({ id: t.int() }),
    });
    expect([fields.map(({ how }) => how), runsCode]).toEqual([['handed-on'], false]);
  });

  it('names the place in the user file', async () => {
    const { remarks, fields } = await explainMap('(r) => {\n  helper(r);\n  return { id: r.id };\n}');
    expect(remarks[0]?.place).toMatchObject({ line: 11, column: 10 });
    expect(remarks[0]?.place?.file).toMatch(/transform\.ts$/);
    expect(fields.every(({ how }) => how === 'computed')).toBe(true);
  });

  it('says that json is not handed on where null would become a value', async () => {
    const { fields } = await explainMap('(r) => ({ doc: r.doc })', { output: t.row({ doc: t.json() }) });
    expect(fields[0]).toMatchObject({
      how: 'computed',
      remark: { message: expect.stringContaining('null on one side') },
    });
  });

  it('says why a copy is computed, and how to change that', async () => {
    const { fields } = await explainMap('(r) => ({\n  n: r.id, lat: r.geo.lat })');
    expect(fields.find(({ name }) => name === 'n')?.remark).toMatchObject({
      message: 'id is int in the input and int32 in the output',
      hint: 'Declare n as int to hand it on.',
      place: { line: 11, column: 3 },
    });
    expect(fields.find(({ name }) => name === 'lat')?.remark?.message).toContain('struct that may be null');
  });

  it('tells what is built for the code, and what nothing looks at', async () => {
    const { built, unread, runsCode } = await explainMap('(r) => ({ id: r.id, url: helper(r.url) })');
    expect(built).toEqual(['url']);
    expect(unread).toEqual(['name', 'at', 'home', 'geo', 'tags', 'doc']);
    expect(runsCode).toBe(true);
  });

  it('tells when no code is left', async () => {
    const output = t.row({ id: t.int(), name: t.string(), lat: t.double() });
    const explanation = await explainMap('({ id, url: name, home: { lat } }) => ({ id, name, lat })', { output });
    expect(explanation).toMatchObject({ runsCode: false, built: [] });
  });

  it('of no transform is that all is handed on', () => {
    expect(explainNoTransform(input)).toMatchObject({ runsCode: false, unread: [], built: [] });
  });
});

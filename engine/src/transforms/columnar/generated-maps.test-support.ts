/** Writes `map` functions at random, in ways nobody would: what a reader of code can trip over. */
import * as fc from 'fast-check';
import type { Schema } from '../../core/schema.ts';
import { t } from '../api/t.ts';

const place = { lat: t.double(), pos: t.struct({ x: t.int() }), tag: t.list(t.string()).optional() };

export const INPUT: Schema = t.row({
  id: t.int(),
  name: t.string().optional(),
  url: t.string(),
  ok: t.bool(),
  home: t.struct(place),
  geo: t.struct(place).optional(),
  tags: t.list(t.string()),
});

export const OUTPUT = `{
  id: t.int().optional(), name: t.string().optional(), url: t.string().optional(), ok: t.bool().optional(),
  home: t.struct(place).optional(), geo: t.struct(place).optional(), tags: t.list(t.string()).optional(),
  n: t.double().optional(), label: t.string().optional(), pos: t.struct({ x: t.int() }).optional(),
}`;

/** Stands around a `map`: what its names mean where they are declared nowhere else, and state that outlives a record. */
export const AROUND = `
const place = { lat: t.double(), pos: t.struct({ x: t.int() }), tag: t.list(t.string()).optional() };
var id = 71, n = 72, name = 'outer', url = 'outer url', label = 'outer label';
var pos = { x: 73 }, home = { lat: 74, pos, tag: null }, geo = null, tags = ['outer'], h = home;
var r = { id, name, url, ok: true, home, geo, tags }, rest = { ...r }, others = rest;
var f = () => 75, g = () => 'g', o = { get: () => 76 }, each = 'outer each', row = { id: 77 };
const keep = [], later = [];
const table = new Map([['a', 'A'], ['outer', 'B']]);
const seen = new Map();
/** All of it is used, so that none is left out of the bundle. */
keep.push([drop, lookup, lower, id, n, name, url, label, pos, home, geo, tags, h, r, rest, others, f, g, o, each, row, later]);
keep.push(table.size, seen.size);
keep.length = 0;
`;

export const RECORDS: readonly object[] = [0, 1, 2, 3].map((i) => ({
  id: i,
  name: i % 2 === 0 ? null : `name ${i}`,
  url: i === 2 ? '' : `url ${i}`,
  ok: i > 1,
  home: { lat: i / 2, pos: { x: i }, tag: i === 1 ? null : [`h${i}`] },
  geo: i === 3 ? null : { lat: i, pos: { x: -i }, tag: null },
  tags: i === 0 ? [] : ['x', `tag ${i}`],
}));

/** Names by what they usually stand for, so that most of what is written means something. */
const NAMES = {
  num: ['id', 'n'],
  text: ['name', 'url', 'label'],
  home: ['home', 'geo', 'h'],
  tags: ['tags'],
  pos: ['pos'],
  record: ['r', 'rest', 'others'],
} as const;
type Kind = keyof typeof NAMES;

const MAX_DEPTH = 3;

/** Where numbers are used up, the first choice is taken each time: it is one that ends. */
class Writer {
  private readonly numbers: readonly number[];
  private used = 0;
  private depth = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  map(): string {
    const body = this.pick(
      () => this.block(4),
      () => `{ ${this.mutation()} ${this.statements(3)} return ${this.result()}; }`,
      () => `(${this.literal()})`,
    );
    return this.pick(
      () => `(r) => ${body}`,
      () => `({ ${this.fields()}, ...rest }) => ${body}`,
      () => `({ ${this.fields()}, ${this.nested()} }) => ${body}`,
      () => `function (r) ${body.startsWith('{') ? body : `{ return ${body}; }`}`,
      () => `(r, { drop: leave }, n = ${this.num()}) => ${body}`,
    );
  }

  /** One of several texts, of which only that one is written. */
  private pick(...choices: readonly (() => string)[]): string {
    const number = this.numbers[this.used++] ?? 0;
    this.depth++;
    const text = choices[number % choices.length]!();
    this.depth--;
    return text;
  }

  private one(...texts: readonly string[]): string {
    return this.pick(...texts.map((text) => () => text));
  }

  private name(kind: Kind): string {
    return this.one(...NAMES[kind]);
  }

  private block(most: number): string {
    return `{ ${this.statements(most)} return ${this.result()}; }`;
  }

  private statements(most: number): string {
    const count = (this.numbers[this.used++] ?? 0) % (most + 1);
    return Array.from({ length: count }, () => this.statement()).join(' ');
  }

  private statement(): string {
    if (this.depth > MAX_DEPTH) return this.one(';', 'f();', 'r.id;');
    return this.pick(
      () => this.declaration(),
      () => this.declaration(),
      () => this.declaration(),
      () => this.closure(),
      () => this.closure(),
      () => this.mutation(),
      () => this.mutation(),
      () => this.branch(),
    );
  }

  private declaration(): string {
    const word = this.one('const', 'const', 'const', 'let', 'var');
    return this.pick(
      () => `${word} id = ${this.num()};`,
      () => `${word} ${this.name('text')} = ${this.text()};`,
      () => `${word} ${this.name('home')} = ${this.home()};`,
      () => `${word} tags = ${this.tags()};`,
      () => `${word} pos = ${this.pos()};`,
      () => `${word} { ${this.fields()}, ...${this.one('rest', 'others')} } = ${this.record()};`,
      () => `${word} { ${this.fields()} } = ${this.record()};`,
      () => `${word} { ${this.nested()} } = ${this.record()};`,
      () => `${word} { lat: n, ${this.one('pos', 'pos: { x: id }', 'tag: tags = []')} } = ${this.home()};`,
      () => `${word} n = ${this.num()}, h = ${this.home()};`,
      () => `${word} row = ${this.literal()};`,
    );
  }

  private closure(): string {
    const effect = this.pick(
      () => '',
      () => this.mutation(),
      () => this.declaration(),
    );
    const value = this.any();
    return this.pick(
      () => `const f = () => ${value};`,
      () => `const f = () => { ${effect} return ${value}; };`,
      () => `function f() { ${effect} return ${value}; }`,
      () => `class G { static get() { ${effect} return ${value}; } } const g = () => G.get();`,
      () => `const o = { id: 1, get() { ${effect} return ${value}; } };`,
      () => `const f = (${this.name('num')}, ${this.name('home')} = ${this.home()}) => { ${effect} return ${value}; };`,
    );
  }

  private mutation(): string {
    return this.pick(
      () => 'f();',
      () => `${this.home()}.lat = ${this.num()};`,
      () => `${this.pos()}.x++;`,
      () => `${this.tags()}.push(${this.text()});`,
      () => `${this.tags()}[0] = ${this.text()};`,
      () => `${this.record()}.${this.one('id = 5', 'name ??= "none"', 'home = h', 'tags.length = 0')};`,
      () => `delete ${this.record()}.${this.one('id', 'name', 'home.tag')};`,
      () => `[${this.record()}.id] = [8];`,
      () => `({ x: ${this.record()}.id } = { x: 6 });`,
      () => `Object.assign(${this.record()}, { id: 4 });`,
      () => `${this.name('num')} = ${this.num()};`,
      () =>
        `keep.push(${this.pick(
          () => this.home(),
          () => this.tags(),
        )});`,
      () => 'keep.forEach((each) => { each.lat = 9; each.push?.("kept"); });',
      () => `later.push(() => { ${this.depth > MAX_DEPTH ? '' : this.mutation()} });`,
      () => 'later.forEach((each) => each());',
      () => `seen.set(${this.text()}, "seen");`,
      () => 'o.get();',
      () => 'g();',
    );
  }

  private branch(): string {
    const most = 2;
    return this.pick(
      () => `if (${this.condition()}) ${this.block(most)}`,
      () => `if (${this.condition()}) { ${this.statements(most)} } else { ${this.statements(most)} }`,
      () =>
        `switch (${this.condition()}) { case true: ${this.statements(most)} default: ${this.statements(most)} return ${this.result()}; }`,
      () => `switch (${this.num()}) { case 0: ${this.statements(most)} break; case 1: ${this.statements(most)} }`,
      () => `for (const label of ${this.tags()}) { ${this.statements(most)} }`,
      () => `for (const f = () => ${this.any()}, h = ${this.home()}; ;) { ${this.statements(most)} break; }`,
      () => `try { ${this.statements(most)} return ${this.result()}; } catch { ${this.statements(most)} }`,
      () => `try ${this.block(most)} finally { ${this.statements(most)} }`,
      () => `here: { ${this.statements(most)} if (${this.condition()}) break here; ${this.statements(most)} }`,
    );
  }

  private result(): string {
    return this.pick(
      () => this.literal(),
      () => this.literal(),
      () => `${this.condition()} ? ${this.literal()} : ${this.literal()}`,
      () => `${this.condition()} ? ${this.literal()} : drop(${this.text()})`,
      () => `[${this.literal()}, ${this.literal()}]`,
      () => 'row',
      () => this.record(),
    );
  }

  private literal(): string {
    const count = 1 + ((this.numbers[this.used++] ?? 0) % 4);
    return `{ ${Array.from({ length: count }, () => this.member()).join(', ')} }`;
  }

  private member(): string {
    return this.pick(
      () => 'id: r.id',
      () => this.one('id', 'name', 'url', 'home', 'geo', 'tags', 'pos', 'n', 'label'),
      () => `${this.name('num')}: ${this.num()}`,
      () => `${this.name('text')}: ${this.text()}`,
      () => `${this.one('home', 'geo')}: ${this.home()}`,
      () => `tags: ${this.tags()}`,
      () => `pos: ${this.pos()}`,
      () => `...${this.record()}`,
      () => `...(${this.condition()} ? { id: 1 } : {})`,
      () => `get label() { return ${this.one('this.url', 'this.name', '(() => this.url)()', 'url', 'r.url')}; }`,
      () => `get n() { ${this.depth > MAX_DEPTH ? '' : this.mutation()} return ${this.num()}; }`,
      () => `label: lookup(${this.one('table', 'seen')}, ${this.text()})`,
      () => `name: lower(${this.text()})`,
    );
  }

  private any(): string {
    return this.pick(
      () => this.num(),
      () => this.text(),
      () => this.home(),
      () => this.tags(),
    );
  }

  private record(): string {
    return this.name('record');
  }

  private num(): string {
    if (this.depth > MAX_DEPTH) return this.one('1', 'id', 'r.id');
    return this.pick(
      () => this.name('num'),
      () => `${this.record()}.id`,
      () => `${this.home()}.lat`,
      () => `${this.pos()}.x`,
      () => `${this.tags()}.length`,
      () => `${this.text()}?.length`,
      () => this.one('f()', 'o.get()', 'g()'),
    );
  }

  private text(): string {
    if (this.depth > MAX_DEPTH) return this.one('"a"', 'url', 'r.url');
    return this.pick(
      () => this.name('text'),
      () => `${this.record()}.${this.one('name', 'url')}`,
      () => `${this.tags()}[0]`,
      () => `\`\${${this.num()}}\``,
      () => `typeof ${this.one('id', 'name', 'h', 'rest')}`,
      () => `lower(${this.record()}.url)`,
    );
  }

  private home(): string {
    if (this.depth > MAX_DEPTH) return this.one('home', 'r.home');
    return this.pick(
      () => this.name('home'),
      () => `${this.record()}.home`,
      () => `${this.record()}.${this.one('geo', 'home')}`,
      () => `(${this.condition()} ? ${this.home()} : ${this.home()})`,
    );
  }

  private tags(): string {
    if (this.depth > MAX_DEPTH) return this.one('tags', 'r.tags');
    return this.pick(
      () => 'tags',
      () => `${this.record()}.tags`,
      () => `${this.home()}.tag`,
      () => `${this.tags()}.slice()`,
      () => `${this.tags()}.map((${this.one('each', 'id', 'name')}) => ${this.one('each', 'name')})`,
    );
  }

  private pos(): string {
    return this.pick(
      () => 'pos',
      () => `${this.home()}.pos`,
      () => `${this.record()}.geo?.pos`,
    );
  }

  private condition(): string {
    return this.pick(
      () => `${this.record()}.ok`,
      () => `${this.num()} > 1`,
      () => `!${this.text()}`,
      () => `${this.home()} === null`,
    );
  }

  private fields(): string {
    return this.one('id', 'name', 'id, name: label', 'home, tags', 'url = "none"', 'url, ["id"]: n', 'geo: h, ok');
  }

  private nested(): string {
    return this.one('home: { lat }', 'home: { pos: { x: n } }', 'home: { pos, tag: tags }', 'geo: { pos: { x: n } }');
  }
}

export const maps = fc
  .array(fc.nat({ max: 5039 }), { minLength: 8, maxLength: 70 })
  .map((numbers) => new Writer(numbers).map());

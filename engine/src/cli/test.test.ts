import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedContext, captureContext } from './captured-context.ts';
import { register } from './test.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-test-'));
  const { mkdir } = await import('node:fs/promises');
  await mkdir(path.join(folder, 'schema'));
  await put(
    'pipeline.yaml',
    'name: orders\nsource: { stdin: {} }\ntransform: ./transform.ts\nsinks: [{ stdout: {} }]\n',
  );
  const fields = {
    id: 'int64',
    price: 'decimal(20, 4)',
    at: 'timestamp',
    kind: 'string',
    tags: 'list<string?>?',
    extra: 'json?',
  };
  await put('schema/input.v1.json', JSON.stringify({ version: 1, fields }));
  await put('transform.ts', TRANSFORM);
});
afterAll(() => rm(folder, { recursive: true }));

const TRANSFORM = `import { defineTransform, drop, t, decimal } from 'parquetry';
export default defineTransform({
  output: t.row({
    id: t.int64(),
    total: t.decimal(20, 2),
    at: t.timestamp(),
    channel: t.string().optional(),
    tags: t.list(t.string().optional()).optional(),
    now: t.timestamp().optional(),
    key: t.uuid().optional(),
    extra: t.json().optional(),
  }),
  map: (order, ctx) => {
    if (order.kind === 'test') return drop('test');
    if (order.kind === 'boom') throw new Error('boom at ' + order.id);
    if (order.kind === 'loop') for (;;);
    const row = { id: order.id, total: decimal.round(order.price, 2), at: order.at, tags: order.tags, extra: order.extra };
    if (order.kind === 'twice') return [row, { ...row, id: order.id + 1n }];
    if (order.kind === 'ctx') return { ...row, channel: ctx.attributes.channel, now: ctx.now, key: ctx.uuid() };
    return order.kind === 'misfit' ? { ...row, id: 1 as unknown as bigint } : row;
  },
});
`;

const put = (name: string, content: string) => writeFile(path.join(folder, name), content);
const order = (kind: string, more = '') =>
  `{ id: 9007199254740993, price: 1234567890123456.7800, at: "2026-01-31T10:00:00.000001Z", kind: ${kind}${more} }`;
const row = (more = '') =>
  `{ id: 9007199254740993, total: 1234567890123456.78, at: "2026-01-31T11:00:00.000001+01:00"${more} }`;

async function run(tests: string, args: string[] = []): Promise<CapturedContext> {
  await put('transform.test.yaml', tests);
  const context = captureContext({ cwd: folder });
  const program = new Command().exitOverride();
  register(program, context);
  await program.parseAsync(['test', ...args], { from: 'user' });
  return context;
}

describe('parquetry test', () => {
  it('passes what is exactly as expected, however it is written', async () => {
    const context = await run(`
- name: one row, equal decimals and instants
  input: ${order('plain', ', tags: [a, null], extra: { b: 1, a: [1.50] }')}
  expect:
    rows: [${row(', tags: [a, null], extra: { a: [1.50], b: 1 }').replace('1234567890123456.78,', '"1234567890123456.780",')}]
- name: rows, drops and failures of several records
  input: [${order('twice')}, ${order('test')}, ${order('boom')}, ${order('misfit')}, { id: 1 }]
  expect:
    rows: [${row()}, ${row().replace('993', '994')}]
    dropped: [test]
    failed:
      - { reason: thrown, message: boom at 9007199254740993 }
      - { reason: misfit, field: id }
      - { reason: misfit, field: price }
- name: raw text
  input: |
    {"id": 1, nonsense
  expect: { failed: [{ reason: malformed }] }
- name: context
  input: ${order('ctx')}
  attributes: { channel: web }
  now: 2026-02-01T00:00:00Z
  expect: { rows: [${row(', channel: web, now: "2026-02-01T00:00:00Z", key: "df40ad2c-a729-552e-a256-acfcc96bd630"')}] }
`);
    expect(context.out()).toBe(`orders transform.test.yaml
  ✓ one row, equal decimals and instants
  ✓ rows, drops and failures of several records
  ✓ raw text
  ✓ context

4 cases: 4 passed
`);
  });

  it('shows missing and extra rows, drops and failures, with the stack of what was thrown', async () => {
    const context = await run(`
- name: n
  input: [${order('plain')}, ${order('boom')}]
  expect: { rows: [], dropped: [bot] }
`);
    expect(context.out()).toContain('      rows[0]\n      + {"id": 9007199254740993');
    expect(context.out()).toContain('      dropped[0]\n      - "bot"\n');
    expect(context.out()).toMatch(/failed\[0\]\n +\+ \{"reason":"thrown","message":"[^"]*boom at 9007199254740993/);
    expect(context.out()).toContain('transform.ts:15');
    expect(context.out()).toContain('1 case: 0 passed, 1 failed');
  });

  it('gives up a case that loops, and those behind it', async () => {
    const context = await run(
      `- { name: ok, input: ${order('plain')}, expect: { rows: [${row()}] } }
- { name: loops, input: ${order('loop')}, expect: {} }
- { name: behind, input: ${order('plain')}, expect: { rows: [${row()}] } }
`,
      ['--timeout', '1500'],
    );
    expect(context.out()).toMatch(/✓ ok\n +✗ loops.*\n +The case must end within 1500 ms.*\n +✗ behind.*\n +Not run/);
  });

  it('--update writes what came out, and leaves all other text alone', async () => {
    const before = `# About these tests
- name:   right # stays
  input: ${order('plain', ',   tags:   []')}
  expect:
    rows: [${row(', tags: [ ]')}]

- name: wrong
  input: ${order('plain', ', tags: [a]')} # so be it
  expect:
    rows:
      # one row
      - id: 1 # the id
        total: 1234567890123456.780 # kept
        at: "2026-01-31T11:00:00.000001+01:00"
    dropped: [bot]
  attributes: {}

- name: new
  input: [${order('test')}, ${order('misfit')}, ${order('twice')}]

- { name: flow, input: ${order('test')} }
# the end
`;
    const context = await run(before, ['--update']);
    expect(context.out()).toContain('4 cases: 1 passed, 3 updated');
    expect(context.exitCode()).toBe(0);
    const after = before
      .replace('id: 1 #', 'id: 9007199254740993 #')
      .replace('+01:00"\n    dropped: [bot]', '+01:00"\n        tags: [ a ]')
      .replace(
        `${order('twice')}]\n`,
        `${order('twice')}]
  expect:
    rows:
      - { id: 9007199254740993, total: 1234567890123456.78, at: 2026-01-31T10:00:00.000001Z }
      - { id: 9007199254740994, total: 1234567890123456.78, at: 2026-01-31T10:00:00.000001Z }
    dropped: [ test ]
    failed: [ { reason: misfit, field: id } ]
`,
      )
      .replace(
        `- { name: flow, input: ${order('test')} }`,
        `- {
    name: flow,
    input: ${order('test')},
    expect: { rows: [], dropped: [ test ] }
  }`,
      );
    expect(await readFile(path.join(folder, 'transform.test.yaml'), 'utf8')).toBe(after);
    expect((await run(after)).out()).toContain('4 cases: 4 passed');
  });

  it('writes JUnit and JSON', async () => {
    const tests = `- { name: 'a <b>', input: ${order('plain')}, expect: { rows: [${row()}] } }\n- { name: c, input: ${order('test')}, expect: {} }\n`;
    const context = await run(tests, ['--junit', 'report.xml', '--json']);
    expect(JSON.parse(context.out())).toMatchObject([
      { name: 'a <b>', passed: true, line: 1 },
      { name: 'c', passed: false },
    ]);
    const report = await readFile(path.join(folder, 'report.xml'), 'utf8');
    expect(report.replaceAll(/time="[\d.]+"/g, 'time=""')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" time="">
  <testsuite name="orders" file="transform.test.yaml" tests="2" failures="1" time="">
    <testcase name="a &#60;b&#62;" classname="orders" file="transform.test.yaml" line="1" time=""/>
    <testcase name="c" classname="orders" file="transform.test.yaml" line="2" time="">
      <failure message="dropped[0] differs">dropped[0]
+ &#34;test&#34;</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it.each([
    ['- name: a\n  input: {}\n  expct: {}\n', 'a case has no key expct', 1, 3],
    ['- name: a\n  input: { id: 1 }\n  now: noon\n', 'now: must be an ISO timestamp', 3, 8],
    ['- name: a\n  expect: {}\n', 'input: must be a record', 1, 3],
    ['a: b\n', 'a test file must be a list of cases', 1, 1],
    ['- name: [\n', 'Flow sequence', 2, 1],
  ])('refuses %j at its place', async (tests, message, line, column) => {
    await expect(run(tests)).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining(message),
      line,
      column,
    });
  });
});

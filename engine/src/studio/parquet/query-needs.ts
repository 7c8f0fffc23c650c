import type * as DuckDb from '@duckdb/node-api';
import { quoted } from './sql-text.ts';

/** What a query reads of the table `file`. */
export interface QueryNeeds {
  /** By the table's names; undefined: perhaps all. */
  readonly columns?: ReadonlySet<string>;
  /** So many of the first rows are enough to answer it. Infinite: all. */
  readonly rows: number;
}

/** A node of `EXPLAIN (FORMAT JSON)`. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: { readonly Projections?: string | readonly string[] };
}

const SCAN = 'READ_PARQUET';
const LIMITS: ReadonlySet<string> = new Set(['STREAMING_LIMIT', 'LIMIT']);
/** After white space and comments. */
const EXPLAIN =
  /^(?:\s|--.*\n|\/\*[\s\S]*?\*\/)*EXPLAIN\b\s*(?:ANALYZE\b)?\s*(?:\((?=\s*(?:ANALYZE|FORMAT)\b)[^)]*\))?/i;

/** The query that an EXPLAIN is about; any other text as it is. */
export function withoutExplain(sql: string): string {
  return sql.replace(EXPLAIN, '');
}

/**
 * Asks DuckDB itself what a query reads. The plan is made without any optimizer but the one that leaves out unused columns, so that
 * filters do not hide theirs in texts. Of what it does not know it says all. `names`: the table's columns; `shown`: rows of the
 * answer that anybody looks at.
 */
export async function queryNeeds(
  connection: DuckDb.DuckDBConnection,
  sql: string,
  { names, shown }: { readonly names: readonly string[]; readonly shown: number },
): Promise<QueryNeeds> {
  const query = withoutExplain(sql);
  const plan = await planOf(connection, query);
  if (plan === undefined) return { rows: Number.POSITIVE_INFINITY };
  const isWhole = query === sql && isPrefixPlan(plan);
  const limit = isWhole ? await outerLimit(connection, query, limitsIn(plan)) : undefined;
  return {
    columns: columnsIn(plan, names),
    rows: limit === undefined ? Number.POSITIVE_INFINITY : limit.offset + Math.min(limit.rows, shown),
  };
}

async function planOf(connection: DuckDb.DuckDBConnection, query: string): Promise<PlanNode | undefined> {
  try {
    const all = await connection.runAndReadAll("SELECT name FROM duckdb_optimizers() WHERE name <> 'unused_columns'");
    await connection.run(`SET disabled_optimizers = '${all.getColumns()[0]!.join(',')}'`);
    const explained = await connection.runAndReadAll(`EXPLAIN (FORMAT JSON) ${query}`);
    const [root] = JSON.parse(String(explained.getRows().at(-1)![1])) as PlanNode[];
    return root;
  } catch {
    return undefined; // what cannot be explained, or an older DuckDB
  } finally {
    await connection.run("SET disabled_optimizers = ''");
  }
}

/** Every column that a scan hands on. One that is not known by its name is a field of a struct: `place.city`. */
function columnsIn(plan: PlanNode, names: readonly string[]): ReadonlySet<string> | undefined {
  const columns = new Set<string>();
  for (const { extra_info: info } of nodesOf(plan).filter(({ name }) => name === SCAN)) {
    for (const text of [info.Projections ?? []].flat().filter((each) => each !== '')) {
      const found = names.filter((name) => text === name || text.startsWith(`${name}.`));
      if (found.length === 0) return undefined;
      for (const name of found) columns.add(name);
    }
  }
  return columns;
}

/** Whether the answer over the first rows of the table is the beginning of the answer over all of it: rows are read, computed, cut. */
function isPrefixPlan(plan: PlanNode): boolean {
  const nodes = nodesOf(plan);
  const isKnown = ({ name }: PlanNode) => name === 'PROJECTION' || name === SCAN || LIMITS.has(name);
  return nodes.every((node) => isKnown(node) && node.children.length === (node.name === SCAN ? 0 : 1));
}

function limitsIn(plan: PlanNode): number {
  return nodesOf(plan).filter(({ name }) => LIMITS.has(name)).length;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

interface Limit {
  readonly rows: number;
  readonly offset: number;
}

/** LIMIT and OFFSET of the outermost SELECT, where they are numbers and the only ones. A plan does not say them. */
async function outerLimit(
  connection: DuckDb.DuckDBConnection,
  query: string,
  limits: number,
): Promise<Limit | undefined> {
  if (limits === 0) return { rows: Number.POSITIVE_INFINITY, offset: 0 };
  const text = quoted(query.trim().replace(/;+$/, ''));
  const answer = await connection.runAndReadAll(`SELECT json_serialize_sql(${text})`);
  const { statements } = JSON.parse(String(answer.getRows()[0]![0])) as {
    statements?: { node: { modifiers?: Modifier[] } }[];
  };
  const modifiers = statements?.[0]?.node.modifiers ?? [];
  const [modifier] = modifiers;
  if (limits > 1 || modifiers.length !== 1 || modifier?.type !== 'LIMIT_MODIFIER') return undefined;
  const rows = constant(modifier.limit, Number.POSITIVE_INFINITY);
  const offset = constant(modifier.offset, 0);
  return rows === undefined || offset === undefined ? undefined : { rows, offset };
}

interface Modifier {
  readonly type: string;
  readonly limit?: Expression | null;
  readonly offset?: Expression | null;
}

interface Expression {
  readonly class: string;
  readonly value?: { readonly value?: unknown };
}

function constant(expression: Expression | null | undefined, absent: number): number | undefined {
  if (!expression) return absent;
  const value = Number(expression.class === 'CONSTANT' ? (expression.value?.value ?? Number.NaN) : Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

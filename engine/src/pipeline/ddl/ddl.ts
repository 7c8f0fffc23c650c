import { athenaDdl } from './athena.ts';
import { duckdbDdl } from './duckdb.ts';
import { sparkDdl } from './spark.ts';
import type { Ddl, DialectName, Table } from './table.ts';
import { trinoDdl } from './trino.ts';

const WRITERS: Readonly<Record<DialectName, (table: Table) => Ddl>> = {
  athena: athenaDdl,
  spark: sparkDdl,
  trino: trinoDdl,
  duckdb: duckdbDdl,
};

/** The statements that make `table` known to an engine. Throws E_SCHEMA for what the engine cannot read. */
export function formatDdl(dialect: DialectName, table: Table): Ddl {
  return WRITERS[dialect](table);
}

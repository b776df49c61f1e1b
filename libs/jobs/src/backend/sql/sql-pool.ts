import type { PgQueryResult } from './pg-query-result';
import { unescapeValue } from './jsonb-escape';
import { SqlPoolClient } from './sql-pool-client';
import type { SqlDatabase } from './sql-database';

type Row = Record<string, unknown>;

/** Columns with input and results, as {@link SqlQueueBackend} has escaped them. */
const JSON_COLUMNS = ['data', 'return_value', 'template_data'];

/** A link in the shape that BullMQ knows, that of `pg.Pool`. */
export class SqlPool {
  /** BullMQ then trusts that a lost connection is noticed; else it asks for jobs every ten seconds. */
  readonly options = { keepAlive: true };

  constructor(private readonly database: SqlDatabase) {}

  async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    const result: PgQueryResult<Row> = await this.database.query(text, params);
    for (const row of result.rows) unescapeRow(row);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what its author knows its rows to be they still are
    return result as PgQueryResult;
  }

  async connect(): Promise<SqlPoolClient> {
    return new SqlPoolClient(this.database);
  }

  /** The link has an owner who ends it. */
  async end(): Promise<void> {}

  on(): this {
    return this;
  }

  removeAllListeners(): this {
    return this;
  }
}

function unescapeRow(row: Row): void {
  for (const name of JSON_COLUMNS) if (row[name] !== undefined) row[name] = unescapeValue(row[name]);
}

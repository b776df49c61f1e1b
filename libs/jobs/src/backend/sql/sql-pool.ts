import type { PgQueryResult } from './pg-query-result';
import { unescapeValue } from './jsonb-escape';
import { SqlPoolClient } from './sql-pool-client';
import type { SqlDatabase } from './sql-database';

type Row = Record<string, unknown>;

/** Columns with data and results that {@link SqlQueueBackend} escapes. */
const JSON_COLUMNS = ['data', 'return_value', 'template_data'];

/** Adapts a {@link SqlDatabase} to the interface of `pg.Pool`, which BullMQ uses. */
export class SqlPool {
  /** Tells BullMQ that a lost connection is detected; otherwise it polls for jobs every ten seconds. */
  readonly options = { keepAlive: true };

  constructor(private readonly database: SqlDatabase) {}

  async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    const result: PgQueryResult<Row> = await this.database.query(text, params);
    for (const row of result.rows) unescapeRow(row);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the rows keep their type
    return result as PgQueryResult;
  }

  async connect(): Promise<SqlPoolClient> {
    return new SqlPoolClient(this.database);
  }

  /** The owner of the database closes it. */
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

import type { PgQueryResult } from './pg-shapes';
import { restoreValue } from './jsonb-text';
import { SqlClient } from './sql-client';
import type { SqlLink } from './sql-link';

type Row = Record<string, unknown>;

/** Columns with input and results, as {@link SqlQueueBackend} has escaped them. */
const JSON_COLUMNS = ['data', 'return_value', 'template_data'];

/** A link in the shape that BullMQ knows, that of `pg.Pool`. */
export class SqlPool {
  /** BullMQ then trusts that a lost connection is noticed; else it asks for jobs every ten seconds. */
  readonly options = { keepAlive: true };

  constructor(private readonly link: SqlLink) {}

  async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    const result: PgQueryResult<Row> = await this.link.query(text, params);
    for (const row of result.rows) restoreRow(row);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what its author knows its rows to be they still are
    return result as PgQueryResult;
  }

  async connect(): Promise<SqlClient> {
    return new SqlClient(this.link);
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

function restoreRow(row: Row): void {
  for (const name of JSON_COLUMNS) if (row[name] !== undefined) row[name] = restoreValue(row[name]);
}

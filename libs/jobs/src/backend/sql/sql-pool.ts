import type { PgQueryResult } from './pg-shapes';
import { SqlClient } from './sql-client';
import type { SqlLink } from './sql-link';

/** A link in the shape that BullMQ knows, that of `pg.Pool`. */
export class SqlPool {
  /** BullMQ then trusts that a lost connection is noticed; else it asks for jobs every ten seconds. */
  readonly options = { keepAlive: true };

  constructor(private readonly link: SqlLink) {}

  query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return this.link.query(text, params);
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

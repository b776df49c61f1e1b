import { EventEmitter } from 'node:events';
import type { PgNotification, PgQueryResult } from './pg-query-result';
import type { DatabaseListener, SqlDatabase } from './sql-database';

/** The link listens already, and its connection is shared: a worker's LISTEN and name for it are not passed on. */
const IGNORED_STATEMENT = /^\s*(?:--.*\n\s*)*(?:LISTEN\b|SELECT set_config\('application_name')/;
const EMPTY_RESULT: PgQueryResult = { rows: [], rowCount: 0 };

/** What BullMQ takes for a connection of a worker's own to hear of jobs on. */
export class SqlPoolClient extends EventEmitter implements DatabaseListener {
  constructor(private readonly database: SqlDatabase) {
    super();
    database.addListener(this);
  }

  async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return IGNORED_STATEMENT.test(text) ? EMPTY_RESULT : this.database.query(text, params);
  }

  release(): void {
    this.database.removeListener(this);
  }

  onNotification(notification: PgNotification): void {
    this.emit('notification', notification);
  }
}

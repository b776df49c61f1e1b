import { EventEmitter } from 'node:events';
import type { PgNotification, PgQueryResult } from './pg-query-result';
import type { DatabaseListener, SqlDatabase } from './sql-database';

/** The database listens already, on a shared connection: LISTEN and the application name of a worker are ignored. */
const IGNORED_STATEMENT = /^\s*(?:--.*\n\s*)*(?:LISTEN\b|SELECT set_config\('application_name')/;
const EMPTY_RESULT: PgQueryResult = { rows: [], rowCount: 0 };

/** A client of {@link SqlPool}, which BullMQ uses as the connection of one worker for notifications. */
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

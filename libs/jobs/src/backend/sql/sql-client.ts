import { EventEmitter } from 'node:events';
import type { PgNotification, PgQueryResult } from './pg-shapes';
import type { LinkListener, SqlLink } from './sql-link';

/** The link listens already, and its connection is shared: a worker's LISTEN and name for it are not passed on. */
const KEPT_BACK = /^\s*(?:--.*\n\s*)*(?:LISTEN\b|SELECT set_config\('application_name')/;
const NOTHING: PgQueryResult = { rows: [], rowCount: 0 };

/** What BullMQ takes for a connection of a worker's own to hear of jobs on. */
export class SqlClient extends EventEmitter implements LinkListener {
  constructor(private readonly link: SqlLink) {
    super();
    link.listen(this);
  }

  async query(text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    return KEPT_BACK.test(text) ? NOTHING : this.link.query(text, params);
  }

  release(): void {
    this.link.unlisten(this);
  }

  notified(notification: PgNotification): void {
    this.emit('notification', notification);
  }
}

import type { PgNotification, PgQueryResult } from './pg-query-result';

/** Who listens at a link. */
export interface DatabaseListener {
  /** PostgreSQL's NOTIFY: there may be a job. */
  onNotification?(notification: PgNotification): void;
  /** The way is broken, or was tried again in vain. */
  onDisconnect?(error: unknown): void;
  /** There is a way again. What was notified meanwhile has been missed. */
  onReconnect?(): void;
}

/** The way to a database that BullMQ's tables are in: runs statements, and hands on notifications. */
export abstract class SqlDatabase {
  readonly #listeners = new Set<DatabaseListener>();

  /** Runs one statement; without parameters several. Rejects at once while there is no connection. */
  abstract query(text: string, params?: readonly unknown[]): Promise<PgQueryResult>;

  /** Ends the connections. */
  abstract close(): Promise<void>;

  addListener(listener: DatabaseListener): void {
    this.#listeners.add(listener);
  }

  removeListener(listener: DatabaseListener): void {
    this.#listeners.delete(listener);
  }

  protected emitNotification(notification: PgNotification): void {
    for (const listener of this.#listeners) listener.onNotification?.(notification);
  }

  protected emitDisconnect(error: unknown): void {
    for (const listener of this.#listeners) listener.onDisconnect?.(error);
  }

  protected emitReconnect(): void {
    for (const listener of this.#listeners) listener.onReconnect?.();
  }
}

import type { PgNotification, PgQueryResult } from './pg-query-result';

/** Listener of a {@link SqlDatabase}. */
export interface DatabaseListener {
  /** A notification arrived: there may be a job. */
  onNotification?(notification: PgNotification): void;
  /** The connection was lost, or an attempt to reconnect failed. */
  onDisconnect?(error: unknown): void;
  /** The connection is available again. Notifications in between were missed. */
  onReconnect?(): void;
}

/** A connection to the database with BullMQ's tables: runs statements and forwards notifications. */
export abstract class SqlDatabase {
  readonly #listeners = new Set<DatabaseListener>();

  /** Runs one statement, or several if there are no parameters. Rejects at once while there is no connection. */
  abstract query(text: string, params?: readonly unknown[]): Promise<PgQueryResult>;

  /** Closes the connections. */
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

import type { PgNotification, PgQueryResult } from './pg-shapes';

/** Who listens at a link. */
export interface LinkListener {
  /** PostgreSQL's NOTIFY: there may be a job. */
  notified?(notification: PgNotification): void;
  /** The way is broken, or was tried again in vain. */
  lost?(error: unknown): void;
  /** There is a way again. What was notified meanwhile has been missed. */
  renewed?(): void;
}

/** The way to a database that BullMQ's tables are in: runs statements, and hands on notifications. */
export abstract class SqlLink {
  readonly #listeners = new Set<LinkListener>();

  /** Runs one statement; without parameters several. Rejects at once while there is no connection. */
  abstract query(text: string, params?: readonly unknown[]): Promise<PgQueryResult>;

  /** Ends the connections. */
  abstract close(): Promise<void>;

  listen(listener: LinkListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: LinkListener): void {
    this.#listeners.delete(listener);
  }

  protected tellNotified(notification: PgNotification): void {
    for (const listener of this.#listeners) listener.notified?.(notification);
  }

  protected tellLost(error: unknown): void {
    for (const listener of this.#listeners) listener.lost?.(error);
  }

  protected tellRenewed(): void {
    for (const listener of this.#listeners) listener.renewed?.();
  }
}

import { ConnectionClosedError } from 'bullmq';
import type { PgNotification, PgQueryResult } from '../sql/pg-query-result';
import { toError, type QueryResponse, type QueryRequest } from './thread-messages';

interface PendingQuery {
  resolve(result: PgQueryResult): void;
  reject(error: Error): void;
}

/** Statements that were sent to a thread or process and have no response yet, by id. */
export class PendingQueries {
  readonly #pending = new Map<number, PendingQuery>();
  #lastId = 0;

  constructor(private readonly onNotification: (notification: PgNotification) => void) {}

  /** Number of statements without a response. */
  get size(): number {
    return this.#pending.size;
  }

  /** Sends a statement. */
  send(send: (request: QueryRequest) => void, text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      send(params === undefined ? { id, text } : { id, text, params });
    });
  }

  /** Settles the statement of a response, or forwards a notification. */
  settle(response: QueryResponse): void {
    if ('notification' in response) {
      this.onNotification(response.notification);
      return;
    }
    const query = this.#pending.get(response.id);
    this.#pending.delete(response.id);
    if ('result' in response) query?.resolve(response.result);
    else query?.reject(toError(response.failure));
  }

  /** Rejects all pending statements: the connection is closed. */
  rejectAll(cause: Error): void {
    for (const query of this.#pending.values()) query.reject(new ConnectionClosedError(undefined, cause));
    this.#pending.clear();
  }
}

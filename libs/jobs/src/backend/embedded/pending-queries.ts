import { ConnectionClosedError } from 'bullmq';
import type { PgNotification, PgQueryResult } from '../sql/pg-query-result';
import { toError, type QueryResponse, type QueryRequest } from './thread-messages';

interface PendingQuery {
  resolve(result: PgQueryResult): void;
  reject(error: Error): void;
}

/** Statements that were sent to somewhere else, by their numbers, until their answers come. */
export class PendingQueries {
  readonly #pending = new Map<number, PendingQuery>();
  #lastId = 0;

  constructor(private readonly onNotification: (notification: PgNotification) => void) {}

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

  /** Takes what came back. */
  settle(answer: QueryResponse): void {
    if ('notification' in answer) {
      this.onNotification(answer.notification);
      return;
    }
    const waiting = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(toError(answer.failure));
  }

  /** Nothing more will come. */
  rejectAll(cause: Error): void {
    for (const waiting of this.#pending.values()) waiting.reject(new ConnectionClosedError(undefined, cause));
    this.#pending.clear();
  }
}

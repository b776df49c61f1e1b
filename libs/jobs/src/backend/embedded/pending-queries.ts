import { ConnectionClosedError } from 'bullmq';
import type { PgNotification, PgQueryResult } from '../sql/pg-shapes';
import { errorFrom, type QueryAnswer, type QueryRequest } from './thread-messages';

interface Waiting {
  resolve(result: PgQueryResult): void;
  reject(error: Error): void;
}

/** Statements that were sent to somewhere else, by their numbers, until their answers come. */
export class PendingQueries {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(private readonly notified: (notification: PgNotification) => void) {}

  get size(): number {
    return this.#waiting.size;
  }

  /** Sends a statement. */
  ask(send: (request: QueryRequest) => void, text: string, params?: readonly unknown[]): Promise<PgQueryResult> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send(params === undefined ? { id, text } : { id, text, params });
    });
  }

  /** Takes what came back. */
  answered(answer: QueryAnswer): void {
    if ('notification' in answer) {
      this.notified(answer.notification);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(errorFrom(answer.failure));
  }

  /** Nothing more will come. */
  abandon(cause: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new ConnectionClosedError(undefined, cause));
    this.#waiting.clear();
  }
}

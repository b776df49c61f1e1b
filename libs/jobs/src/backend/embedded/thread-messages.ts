import { getErrorCode, getErrorMessage } from '@trunkline/failures';
import type { PgNotification, PgQueryResult } from '../sql/pg-query-result';

/** What the thread of an embedded store opens. */
export interface PgliteThreadOptions {
  readonly directory: string;
  /** A packed database that a new directory begins with. Default: an empty one is made. */
  readonly template?: string;
}

/** One statement for the thread that PGlite runs in, and the same over a socket. */
export interface QueryRequest {
  readonly id: number;
  readonly text: string;
  readonly params?: readonly unknown[];
}

/** What an error is reduced to on its way. BullMQ reads `code` and `detail`. */
export interface QueryFailure {
  readonly message: string;
  readonly code: string;
  readonly detail?: string;
}

/** The answer to a request, or a notification that nobody asked for. */
export type QueryResponse<R = never> =
  | { readonly id: number; readonly result: PgQueryResult<R> }
  | { readonly id: number; readonly failure: QueryFailure }
  | { readonly notification: PgNotification };

/** What an error says that may go to another thread or process. */
export function toQueryFailure(error: unknown): QueryFailure {
  const detail = typeof error === 'object' && error !== null && 'detail' in error ? error.detail : undefined;
  const failure = { message: getErrorMessage(error), code: getErrorCode(error) };
  return typeof detail === 'string' ? { ...failure, detail } : failure;
}

/** The error again. */
export function toError({ message, ...facts }: QueryFailure): Error {
  return Object.assign(new Error(message), facts);
}

import { getErrorCode, getErrorMessage } from '@trunkline/failures';
import type { PgNotification, PgQueryResult } from '../sql/pg-query-result';

/** Options of the thread of an embedded store. */
export interface PgliteThreadOptions {
  readonly directory: string;
  /** A packed database to unpack into a new directory. Default: an empty database is created. */
  readonly template?: string;
}

/** One statement for the thread of PGlite, sent directly or over a socket. */
export interface QueryRequest {
  readonly id: number;
  readonly text: string;
  readonly params?: readonly unknown[];
}

/** The parts of an error that are sent to another thread or process. BullMQ reads `code` and `detail`. */
export interface QueryFailure {
  readonly message: string;
  readonly code: string;
  readonly detail?: string;
}

/** The response to a request, or a notification. */
export type QueryResponse<R = never> =
  | { readonly id: number; readonly result: PgQueryResult<R> }
  | { readonly id: number; readonly failure: QueryFailure }
  | { readonly notification: PgNotification };

/** Converts an error for another thread or process. */
export function toQueryFailure(error: unknown): QueryFailure {
  const detail = typeof error === 'object' && error !== null && 'detail' in error ? error.detail : undefined;
  const failure = { message: getErrorMessage(error), code: getErrorCode(error) };
  return typeof detail === 'string' ? { ...failure, detail } : failure;
}

/** Converts a failure from another thread or process back to an error. */
export function toError({ message, ...facts }: QueryFailure): Error {
  return Object.assign(new Error(message), facts);
}

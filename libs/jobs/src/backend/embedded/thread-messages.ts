import type { PgNotification, PgQueryResult } from '../sql/pg-shapes';

/** One statement for the thread that PGlite runs in, and the same over a socket. */
export interface QueryRequest {
  readonly id: number;
  readonly text: string;
  readonly params?: readonly unknown[];
}

/** What an error is reduced to on its way. BullMQ reads `code` and `detail`. */
export interface QueryFailure {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
}

/** The answer to a request, or a notification that nobody asked for. */
export type QueryAnswer<R = never> =
  | { readonly id: number; readonly result: PgQueryResult<R> }
  | { readonly id: number; readonly failure: QueryFailure }
  | { readonly notification: PgNotification };

/** What an error says that may go to another thread or process. */
export function failureFrom(error: unknown): QueryFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...textOf(error, 'code'), ...textOf(error, 'detail') };
}

/** The error again. */
export function errorFrom({ message, ...facts }: QueryFailure): Error {
  return Object.assign(new Error(message), facts);
}

function textOf<K extends 'code' | 'detail'>(error: Error, key: K): Partial<Record<K, string>> {
  const value: unknown = Object.entries(error).find(([name]) => name === key)?.[1];
  const entry: Partial<Record<K, string>> = {};
  if (typeof value === 'string') entry[key] = value;
  return entry;
}

import { isRecord } from '../json/is-record';
import { STATUS_CODES } from 'node:http';
import { types } from 'node:util';
import { BusError } from '../errors/bus-error';
import { isErrorStatus } from '../errors/error-status';
import { convertForeignFailure } from './foreign-failure';
import { InternalError } from '../errors/internal-error';
import { inheritServiceChain } from './service-chain';

/**
 * Turns anything thrown into a failure. The one classifier of the bus; it never throws.
 *
 * A failure stays what it is, an abort becomes the failure it was aborted for, an `HttpException` of Nest keeps its status, text and
 * members, and everything else is an {@link InternalError} with what was thrown as its cause.
 *
 * @param retryAfter - seconds that the application has told the client beside an `HttpException`, which has no place for them
 */
export function classify(thrown: unknown, retryAfter?: number): BusError {
  try {
    if (thrown instanceof BusError && !types.isProxy(thrown)) return thrown;
    const failure =
      convertForeignFailure(thrown) ??
      findAbortReason(thrown) ??
      convertHttpException(thrown, retryAfter) ??
      createInternalError(thrown);
    inheritServiceChain(failure, thrown);
    return failure;
  } catch {
    // It throws in turn when it is looked at: a proxy, or a getter that fails.
    return new InternalError('a value was thrown that cannot be read', { cause: thrown });
  }
}

/** Libraries reject with an AbortError of their own and keep the signal's reason as its cause. */
function findAbortReason(thrown: unknown): BusError | undefined {
  const isAbort = isError(thrown) && (thrown.name === 'AbortError' || thrown.name === 'CanceledError');
  return isAbort && thrown.cause instanceof BusError ? thrown.cause : undefined;
}

interface HttpExceptionLike extends Error {
  getStatus(): number;
  getResponse(): unknown;
}

/**
 * The `status` that the application has put into the body of its own exception as a text, such as Terminus' `error`: the number is in
 * the status line already (RFC 9457 §3.1.2 calls it advisory), the text nowhere else.
 */
export function findCustomStatus({ data, cause }: BusError): string | undefined {
  const { status } = data;
  return typeof status === 'string' && isHttpException(cause) ? status : undefined;
}

/** By shape and not by class: this floor knows no Nest, and a process may hold two copies of it. */
function isHttpException(thrown: unknown): thrown is HttpExceptionLike {
  return (
    isError(thrown) &&
    'getStatus' in thrown &&
    typeof thrown.getStatus === 'function' &&
    'getResponse' in thrown &&
    typeof thrown.getResponse === 'function'
  );
}

/** A 500 is left out: like any other unexpected failure, it tells the client nothing. */
function convertHttpException(thrown: unknown, retryAfter: number | undefined): BusError | undefined {
  if (!isHttpException(thrown)) return undefined;
  const status = thrown.getStatus();
  if (!isErrorStatus(status) || status === 500) return undefined;
  const response = thrown.getResponse();
  const said = { data: extractData(response), ...(retryAfter !== undefined && { retryAfter }) };
  return new BusError(extractTitle(response) ?? thrown.message, { status, ...said, cause: thrown });
}

/** Nest's `ValidationPipe` has a list of messages there. */
function extractTitle(response: unknown): string | undefined {
  if (typeof response === 'string') return response;
  const message = isRecord(response) ? response['message'] : undefined;
  if (!Array.isArray(message)) return typeof message === 'string' ? message : undefined;
  return message.filter((line) => typeof line === 'string').join('; ') || undefined;
}

/** What Nest adds of its own (`message`, `statusCode`, `error`) is said in our format already. */
function extractData(response: unknown): Record<string, unknown> {
  if (!isRecord(response)) return {};
  const isStatusPhrase = Object.values(STATUS_CODES).includes(String(response['error']));
  const said = new Set(['message', 'statusCode', ...(isStatusPhrase ? ['error'] : [])]);
  return Object.fromEntries(Object.entries(response).filter(([name]) => !said.has(name)));
}

function createInternalError(thrown: unknown): InternalError {
  const message = isError(thrown)
    ? thrown.message || thrown.name
    : `a value was thrown that is not an Error: ${thrown === null ? 'null' : typeof thrown}`;
  return new InternalError(message, { cause: thrown });
}

/** Errors of another realm (`node:vm`, a test runner) are not instances of this one's Error. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

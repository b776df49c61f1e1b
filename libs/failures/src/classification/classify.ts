import { isRecord } from '../json/is-record';
import { STATUS_CODES } from 'node:http';
import { types } from 'node:util';
import { BusError } from '../errors/bus-error';
import { isErrorStatus } from '../errors/error-status';
import { convertForeignFailure } from './foreign-failure';
import { InternalError } from '../errors/internal-error';
import { inheritServiceChain } from './service-chain';

/**
 * Converts anything thrown to a failure. All parts of the bus use this classifier. It never throws.
 *
 * A failure is returned unchanged. An abort becomes the failure that is its reason. An `HttpException` of Nest keeps its status, text and
 * members. Anything else becomes an {@link InternalError} with the thrown value as its cause.
 *
 * @param retryAfter - seconds that the application has set as `Retry-After`: an `HttpException` cannot hold them
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
    // Reading the value throws: a proxy, or a getter that fails.
    return new InternalError('a thrown value cannot be read', { cause: thrown });
  }
}

/** Libraries reject with their own AbortError and keep the signal's reason as its cause. */
function findAbortReason(thrown: unknown): BusError | undefined {
  const isAbort = isError(thrown) && (thrown.name === 'AbortError' || thrown.name === 'CanceledError');
  return isAbort && thrown.cause instanceof BusError ? thrown.cause : undefined;
}

interface HttpExceptionLike extends Error {
  getStatus(): number;
  getResponse(): unknown;
}

/**
 * Finds a `status` text in the body of an application's exception, such as `error` of Terminus. It replaces the number, which the status
 * line has already (advisory in RFC 9457 §3.1.2).
 */
export function findCustomStatus({ data, cause }: BusError): string | undefined {
  const { status } = data;
  return typeof status === 'string' && isHttpException(cause) ? status : undefined;
}

/** Checks the shape, not the class: this room does not depend on Nest, and a process may load two copies of it. */
function isHttpException(thrown: unknown): thrown is HttpExceptionLike {
  return (
    isError(thrown) &&
    'getStatus' in thrown &&
    typeof thrown.getStatus === 'function' &&
    'getResponse' in thrown &&
    typeof thrown.getResponse === 'function'
  );
}

/** Excludes a 500: it is an unexpected failure, whose text the client must not see. */
function convertHttpException(thrown: unknown, retryAfter: number | undefined): BusError | undefined {
  if (!isHttpException(thrown)) return undefined;
  const status = thrown.getStatus();
  if (!isErrorStatus(status) || status === 500) return undefined;
  const response = thrown.getResponse();
  const facts = { data: extractData(response), ...(retryAfter !== undefined && { retryAfter }) };
  return new BusError(extractTitle(response) ?? thrown.message, { status, ...facts, cause: thrown });
}

/** The `message` of Nest's `ValidationPipe` is a list. */
function extractTitle(response: unknown): string | undefined {
  if (typeof response === 'string') return response;
  const message = isRecord(response) ? response['message'] : undefined;
  if (!Array.isArray(message)) return typeof message === 'string' ? message : undefined;
  return message.filter((line) => typeof line === 'string').join('; ') || undefined;
}

/** Omits the members that Nest adds (`message`, `statusCode`, `error`): the error formats have their own. */
function extractData(response: unknown): Record<string, unknown> {
  if (!isRecord(response)) return {};
  const isStatusPhrase = Object.values(STATUS_CODES).includes(String(response['error']));
  const added = new Set(['message', 'statusCode', ...(isStatusPhrase ? ['error'] : [])]);
  return Object.fromEntries(Object.entries(response).filter(([name]) => !added.has(name)));
}

function createInternalError(thrown: unknown): InternalError {
  const message = isError(thrown)
    ? thrown.message || thrown.name
    : `a thrown value is not an Error: ${thrown === null ? 'null' : typeof thrown}`;
  return new InternalError(message, { cause: thrown });
}

/** Errors of another realm (`node:vm`, a test runner) are not instances of this realm's Error. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

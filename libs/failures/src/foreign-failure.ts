import { BusError, type BusErrorOptions } from './bus-error';
import { ServiceResponseError } from './errors/service-response-error';
import { ValidationFailedError } from './errors/validation-failed-error';
import { FAILURE_MARK, MAJOR_VERSION } from './failure-mark';

/**
 * The failure that an error of another copy of this package is, as one of this copy; `undefined` for other errors, and for those of
 * another major version. A library that brings its own copy throws them.
 */
export function adoptFailure(thrown: unknown): BusError | undefined {
  if (!isForeign(thrown)) return undefined;
  if (Array.isArray(thrown['violations'])) return new ValidationFailedError(thrown['violations'], optionsOf(thrown));
  if (typeof thrown['service'] === 'string' && 'payload' in thrown) return adoptResponse(thrown, thrown['service']);
  return new BusError(thrown.message, optionsOf(thrown));
}

type Foreign = BusError & Readonly<Record<string, unknown>>;

function isForeign(thrown: unknown): thrown is Foreign {
  return (
    typeof thrown === 'object' && thrown !== null && FAILURE_MARK in thrown && thrown[FAILURE_MARK] === MAJOR_VERSION
  );
}

function adoptResponse({ status, payload, headers }: Foreign, service: string): BusError {
  return new ServiceResponseError(service, status, payload, headers);
}

/** Another copy has the same members, each of which is its own default. */
function optionsOf(failure: Foreign): BusErrorOptions {
  const { kind, code, status, title, detail, data, headers, retryAfter } = failure;
  return {
    kind,
    code,
    status,
    title,
    data,
    headers,
    cause: failure,
    ...(detail !== undefined && { detail }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

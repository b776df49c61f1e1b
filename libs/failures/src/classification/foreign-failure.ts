import { BusError, type BusErrorOptions } from '../errors/bus-error';
import { ServiceResponseError } from '../errors/service-response-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { FAILURE_BRAND, MAJOR_VERSION } from '../errors/failure-brand';

/**
 * Converts a failure of another copy of this package, as a library may bundle it, to a failure of this copy; `undefined` for other errors
 * and for failures of another major version.
 */
export function convertForeignFailure(thrown: unknown): BusError | undefined {
  if (!isForeignFailure(thrown)) return undefined;
  if (Array.isArray(thrown['violations']))
    return new ValidationFailedError(thrown['violations'], extractOptions(thrown));
  if (typeof thrown['service'] === 'string' && 'payload' in thrown)
    return convertServiceResponse(thrown, thrown['service']);
  return new BusError(thrown.message, extractOptions(thrown));
}

type ForeignFailure = BusError & Readonly<Record<string, unknown>>;

function isForeignFailure(thrown: unknown): thrown is ForeignFailure {
  return (
    typeof thrown === 'object' && thrown !== null && FAILURE_BRAND in thrown && thrown[FAILURE_BRAND] === MAJOR_VERSION
  );
}

function convertServiceResponse({ status, payload, headers }: ForeignFailure, service: string): BusError {
  return new ServiceResponseError(service, status, payload, headers);
}

/** Reads the options from the members of the same names. */
function extractOptions(failure: ForeignFailure): BusErrorOptions {
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

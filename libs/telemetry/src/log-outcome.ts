import {
  type BusError,
  findViolations,
  getServiceChain,
  type Severity,
  UpstreamError,
  ValidationFailedError,
} from '@trunkline/failures';
import { listCauses } from './content/plain-error';
import type { Logger } from './logger';

/** On one line. */
const MAX_VIOLATIONS = 100;

/**
 * Writes the one line of a failure, where it ends, as loudly as the failure says: an `error` with stack and the whole chain of
 * causes, a `warn` with the texts of the causes, a `debug` with its own text alone. What a validator has thrown is a bug of the
 * application: that warning has its stack.
 *
 * The line begins with `code`, `kind` and `status`, the `services` that the failure came through and the `violations` of an input
 * that does not fit, then has `fields`; one of these
 * takes the place of a fact of the same name, so that the status that was answered can be given.
 *
 * @param message - what ended: a constant sentence
 */
export function logOutcome(logger: Logger, failure: BusError, fields: object, message: string): void {
  logOutcomeAs(failure.severity, logger, { failure, fields, message });
}

/** What {@link logOutcomeAs} writes. */
export interface OutcomeLine {
  readonly failure: BusError;
  readonly fields: object;
  readonly message: string;
}

/** As {@link logOutcome}, as loudly as the place where the failure ends wants it: an attempt is no more than a warning, whatever failed. */
export function logOutcomeAs(severity: Severity, logger: Logger, { failure, fields, message }: OutcomeLine): void {
  if (!logger.isLevelEnabled(severity)) return;
  const line = { ...toFailureFields(failure), ...fields };
  if (severity === 'error') logger.error({ ...line, err: failure }, message);
  else if (severity === 'warn')
    logger.warn({ ...line, reason: failure.message, ...toCauseFields(failure), ...toThrownFields(failure) }, message);
  else logger.debug({ ...line, reason: failure.message }, message);
}

function toFailureFields(failure: BusError): object {
  const services = getServiceChain(failure);
  return {
    code: failure.code,
    kind: failure.kind,
    status: failure.status,
    ...(services.length > 0 && { services }),
    ...(failure instanceof UpstreamError && toUpstreamFields(failure)),
    ...toViolationFields(failure),
  };
}

function toUpstreamFields({ connection, upstreamStatus }: UpstreamError): object {
  return { connection, ...(upstreamStatus !== undefined && { upstreamStatus }) };
}

/** Which values were invalid and why: never the values, nor texts that may hold them. */
function toViolationFields(failure: BusError): object {
  const violations = findViolations(failure);
  if (violations.length === 0) return {};
  return { violations: violations.slice(0, MAX_VIOLATIONS).map(({ pointer, rule }) => ({ pointer, rule })) };
}

function toCauseFields(failure: BusError): object {
  const messages = listCauses(failure);
  return messages.length > 0 ? { causes: messages } : {};
}

function toThrownFields(failure: BusError): object {
  return failure instanceof ValidationFailedError && failure.cause !== undefined ? { err: failure.cause } : {};
}

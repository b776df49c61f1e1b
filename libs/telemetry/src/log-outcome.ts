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

/** Maximum number of violations in a line. */
const MAX_VIOLATIONS = 100;

/**
 * Logs a failure where it ends, in one line at its own level: `error` with stack and all causes, `warn` with the messages of the causes,
 * `debug` with its own message only. The error of a validator is a bug of the application, so that this warning has a stack.
 *
 * The line begins with `code`, `kind`, `status`, the `services` that the failure passed through and the `violations` of an invalid input;
 * then come `fields`, which override members of the same name, such as the status of the response.
 *
 * @param message - what failed: a constant sentence
 */
export function logOutcome(logger: Logger, failure: BusError, fields: object, message: string): void {
  logOutcomeAs(failure.severity, logger, { failure, fields, message });
}

/** The content of a line of {@link logOutcomeAs}. */
export interface OutcomeLine {
  readonly failure: BusError;
  readonly fields: object;
  readonly message: string;
}

/** Logs a failure like {@link logOutcome}, at a given level: a failed attempt, for example, is at most a warning. */
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

/** Describes invalid values by pointer and rule, without the values, or texts that may contain them. */
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

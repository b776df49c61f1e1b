import {
  BusError,
  type FailureKind,
  InternalError,
  recordService,
  ServiceResponseError,
  type UpstreamCode,
  UpstreamError,
  ValidationFailedError,
} from '@trunkline/failures';
import type { FailureRecord } from './failure-record';

/** Restores a failure from its record: kind, code, status, messages, data, causes and the services that it passed through. */
export function restoreFailure(record: FailureRecord): BusError {
  const failure = createFailure(record);
  for (const service of record.services.toReversed()) recordService(failure, service);
  if (record.stack !== undefined) failure.stack = record.stack;
  failure.name = record.name;
  return failure;
}

function createFailure(record: FailureRecord): BusError {
  const { message, title, violations, upstream, answer, data, headers } = record;
  const cause = restoreCause(record.causes);
  const detail = record.detail === undefined ? {} : { detail: record.detail };
  if (violations) return new ValidationFailedError(violations, { data, headers, ...detail, ...cause });
  if (answer) return new ServiceResponseError(answer.service, record.status, answer.payload, headers);
  const retryAfter = record.retryAfter === undefined ? {} : { retryAfter: record.retryAfter };
  if (upstream) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it had this code when it was recorded
    return new UpstreamError(record.code as UpstreamCode, message, {
      ...toUpstreamOptions(upstream),
      ...retryAfter,
      ...cause,
    });
  }
  if (record.kind === 'internal') return new InternalError(message, cause);
  return new BusError(message, {
    code: record.code,
    status: record.status,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it had this kind when it was recorded
    kind: record.kind as FailureKind,
    title,
    data,
    headers,
    ...detail,
    ...retryAfter,
    ...cause,
  });
}

function toUpstreamOptions({ connection, wasSent, upstreamStatus }: NonNullable<FailureRecord['upstream']>) {
  return { connection, wasSent, ...(upstreamStatus !== undefined && { upstreamStatus }) };
}

function restoreCause(causes: FailureRecord['causes']): { cause?: Error } {
  let cause: Error | undefined;
  for (const { name, message, code, stack, violations } of causes.toReversed()) {
    const options = cause && { cause };
    const error = violations ? new ValidationFailedError(violations, options) : new Error(message, options);
    error.name = name;
    if (stack !== undefined) error.stack = stack;
    cause = code === undefined || violations ? error : Object.assign(error, { code });
  }
  return cause ? { cause } : {};
}

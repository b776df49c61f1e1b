import {
  type BusError,
  getServiceChain,
  ServiceResponseError,
  UpstreamError,
  ValidationFailedError,
} from '@trunkline/failures';
import { z } from 'zod';

/** Bounds the size of a record, which is stored for `bus.jobs.retention.deadLetters`. */
const MAX_CAUSES = 8;
const MAX_VIOLATIONS = 100;
const MAX_TEXT_LENGTH = 2_000;
const MAX_STACK_LENGTH = 4_000;
const MAX_DATA_LENGTH = 16_384;

const violation = z.object({ pointer: z.string(), field: z.string(), detail: z.string(), rule: z.string() });
const cause = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  stack: z.string().optional(),
  violations: z.array(violation).optional(),
});

/** Stored record of a failure: its code, what clients receive, and its causes for operators. */
export const failureRecord = z.object({
  name: z.string(),
  kind: z.string(),
  code: z.string(),
  status: z.number(),
  title: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
  headers: z.record(z.string(), z.string()),
  retryAfter: z.number().optional(),
  stack: z.string().optional(),
  /** Names of the services that it passed through, outermost first. */
  services: z.array(z.string()),
  /** Outermost first. */
  causes: z.array(cause),
  violations: z.array(violation).optional(),
  upstream: z
    .object({ connection: z.string(), wasSent: z.boolean(), upstreamStatus: z.number().optional() })
    .optional(),
  answer: z.object({ service: z.string(), payload: z.unknown() }).optional(),
});

/** See {@link failureRecord}. */
export type FailureRecord = z.infer<typeof failureRecord>;

/** Creates the record of a failure. Data that is too large or not JSON is omitted. */
export function createFailureRecord(failure: BusError): FailureRecord {
  const { name, kind, code, status, title, message, detail, data, headers, retryAfter, stack } = failure;
  return {
    name,
    kind,
    code,
    status,
    title: truncate(title),
    message: truncate(message),
    data: copyBoundedJson(data) ?? {},
    headers,
    ...(detail !== undefined && { detail: truncate(detail) }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(stack !== undefined && { stack: stack.slice(0, MAX_STACK_LENGTH) }),
    services: [...getServiceChain(failure)],
    causes: recordCauses(failure),
    ...recordDetails(failure),
  };
}

function recordDetails(failure: BusError): Pick<FailureRecord, 'violations' | 'upstream' | 'answer'> {
  if (failure instanceof ValidationFailedError) return recordViolations(failure);
  if (failure instanceof ServiceResponseError) {
    return { answer: { service: failure.service, payload: copyBoundedJson(failure.payload) } };
  }
  if (!(failure instanceof UpstreamError)) return {};
  const { connection, wasSent, upstreamStatus } = failure;
  return { upstream: { connection, wasSent, ...(upstreamStatus !== undefined && { upstreamStatus }) } };
}

function recordViolations(failure: Error): Pick<FailureRecord, 'violations'> {
  return failure instanceof ValidationFailedError ? { violations: failure.violations.slice(0, MAX_VIOLATIONS) } : {};
}

function recordCauses(failure: BusError): FailureRecord['causes'] {
  const causes: FailureRecord['causes'] = [];
  for (let next = failure.cause; next instanceof Error && causes.length < MAX_CAUSES; next = next.cause) {
    const { name, message, stack } = next;
    const code = 'code' in next && typeof next.code === 'string' ? { code: next.code } : {};
    const details = { ...code, ...recordViolations(next), ...(stack && { stack: stack.slice(0, MAX_STACK_LENGTH) }) };
    causes.push({ name, message: truncate(message), ...details });
  }
  return causes;
}

function copyBoundedJson<T>(value: T): T | undefined {
  try {
    const json: string | undefined = JSON.stringify(value);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy of the value
    return json === undefined || json.length > MAX_DATA_LENGTH ? undefined : (JSON.parse(json) as T);
  } catch {
    // A cycle or a BigInt: omitted.
    return undefined;
  }
}

function truncate(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}

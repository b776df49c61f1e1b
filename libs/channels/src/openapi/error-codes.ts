import { type CatalogueEntry, getCatalogueEntry, type FailureCode } from '@trunkline/failures';
import { listPlaceholders } from '../http/channel';
import { type DescribedChannel, hasBody } from './described-channel';

/** Codes that clients of a channel can get. */
interface CodeRule {
  readonly codes: readonly FailureCode[];
  /** Default: always. */
  readonly when?: (channel: DescribedChannel) => boolean;
}

/** Codes of requests that do not reach the service. Their statuses have separate responses in the document. */
const REQUEST_RULES: readonly CodeRule[] = [
  { codes: ['BAD_REQUEST', 'OVERLOADED', 'SHUTTING_DOWN'] },
  { codes: ['VALIDATION_FAILED'], when: (channel) => channel.service.input !== undefined || hasBody(channel) },
];

/** Codes of failed invocations. Their statuses have separate responses in the document. */
const INVOCATION_RULES: readonly CodeRule[] = [
  { codes: ['RESOURCE_NOT_FOUND'], when: ({ options }) => listPlaceholders(options.path).length > 0 },
  { codes: ['INTERNAL_ERROR', 'DEADLINE_EXCEEDED', 'SERVICE_UNAVAILABLE'] },
  {
    codes: [
      'UPSTREAM_UNREACHABLE',
      'UPSTREAM_DNS_FAILED',
      'UPSTREAM_TLS_FAILED',
      'UPSTREAM_PROTOCOL_ERROR',
      'UPSTREAM_INVALID_RESPONSE',
      'UPSTREAM_RESPONSE_TOO_LARGE',
      'UPSTREAM_REDIRECT',
      'UPSTREAM_REJECTED',
      'UPSTREAM_AUTH_FAILED',
      'UPSTREAM_ERROR',
      'UPSTREAM_TIMEOUT',
      'UPSTREAM_RATE_LIMITED',
      'UPSTREAM_UNAVAILABLE',
      'CIRCUIT_OPEN',
    ],
  },
];

/**
 * Codes of requests that are rejected before their channel is known, and of errors that any service may throw. They are listed where
 * their status has a response, and under `default` otherwise.
 */
const COMMON_CODES: readonly FailureCode[] = [
  'REQUEST_TIMEOUT',
  'URI_TOO_LONG',
  'HEADERS_TOO_LARGE',
  'EXPECTATION_FAILED',
  'NOT_IMPLEMENTED',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'CONTENT_TOO_LARGE',
  'VALIDATION_FAILED',
  'AUTH_REQUIRED',
  'PAYMENT_REQUIRED',
  'FORBIDDEN',
  'RESOURCE_NOT_FOUND',
  'CONFLICT',
  'GONE',
  'PRECONDITION_FAILED',
  'UNPROCESSABLE',
  'RATE_LIMIT_EXCEEDED',
  'UPSTREAM_NOT_FOUND',
  'UPSTREAM_CONFLICT',
  'UPSTREAM_GONE',
  'UPSTREAM_PRECONDITION_FAILED',
  'STORE_UNAVAILABLE',
];

/** An error of a channel, as clients get it. */
export type DescribedError = Pick<CatalogueEntry, 'code' | 'status' | 'title' | 'retry'>;

/** The errors of a channel by status; `default` has those of all other statuses. */
export type ErrorsByStatus = ReadonlyMap<number | 'default', readonly DescribedError[]>;

/** What the errors of channels depend on besides the channels. */
export interface ErrorCodeOptions {
  /** Status of `VALIDATION_FAILED`. */
  readonly validationStatus: 400 | 422;
}

/**
 * Lists the errors that clients of a channel can get: first those that the service declares, then those of the bus.
 *
 * @param featureCodes - codes of the channel's features
 */
export function listErrorsByStatus(
  channel: DescribedChannel,
  featureCodes: readonly FailureCode[],
  { validationStatus }: ErrorCodeOptions,
): ErrorsByStatus {
  const toError = (code: FailureCode): DescribedError =>
    code === 'VALIDATION_FAILED' ? { ...getCatalogueEntry(code), status: validationStatus } : getCatalogueEntry(code);
  const codes = [...applyRules(REQUEST_RULES, channel), ...featureCodes, ...applyRules(INVOCATION_RULES, channel)];
  const specific = [...listDeclaredErrors(channel), ...codes.map(toError)];
  const listed = new Set(specific.map(({ code }) => code));
  const byStatus = new Map<number | 'default', DescribedError[]>(specific.map(({ status }) => [status, []]));
  const others: DescribedError[] = [];
  byStatus.set('default', others);
  for (const error of specific) byStatus.get(error.status)?.push(error);
  for (const error of COMMON_CODES.filter((code) => !listed.has(code)).map(toError)) {
    (byStatus.get(error.status) ?? others).push(error);
  }
  return byStatus;
}

function applyRules(rules: readonly CodeRule[], channel: DescribedChannel): readonly FailureCode[] {
  return rules.flatMap(({ codes, when }) => ((when?.(channel) ?? true) ? codes : []));
}

/** The errors that the service declares. Another service may declare the same code with another status. */
function listDeclaredErrors({ service }: DescribedChannel): readonly DescribedError[] {
  return Object.entries(service.errors ?? {}).map(([code, { status, title, retryAfter }]) => ({
    code,
    status,
    title,
    retry: retryAfter === undefined ? 'never' : 'afterDelay',
  }));
}

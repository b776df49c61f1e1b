import { type CatalogueEntry, getCatalogueEntry, type FailureCode } from '@trunkline/failures';
import type { SecuritySchemeObject } from '@trunkline/security';
import { listPlaceholders } from '../rest/channel';
import { type DescribedChannel, takesBody } from './described-channel';
import type { DescribedSecurity } from './security-schemes';

/** Codes that clients of a channel can get, and why. */
interface CodeRule {
  readonly codes: readonly FailureCode[];
  /** Default: always. */
  readonly when?: (channel: DescribedChannel, security: DescribedSecurity) => boolean;
}

/** What tells something of a channel: the statuses of these codes have an answer of their own in the document. */
const CHANNEL_CODE_RULES: readonly CodeRule[] = [
  { codes: ['BAD_REQUEST', 'NOT_ACCEPTABLE', 'INTERNAL_ERROR', 'DEADLINE_EXCEEDED'] },
  { codes: ['OVERLOADED', 'SHUTTING_DOWN', 'MAINTENANCE', 'SERVICE_UNAVAILABLE'] },
  { codes: ['VALIDATION_FAILED'], when: (channel) => channel.service.input !== undefined || takesBody(channel) },
  { codes: ['MALFORMED_BODY', 'CONTENT_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'], when: takesBody },
  { codes: ['RESOURCE_NOT_FOUND'], when: ({ path }) => listPlaceholders(path).length > 0 },
  { codes: ['AUTH_REQUIRED', 'INVALID_AUTH_HEADER'], when: ({ features }) => features?.security !== undefined },
  { codes: ['INVALID_CREDENTIALS'], when: createSchemePredicate((scheme) => !isBearerScheme(scheme)) },
  { codes: ['INVALID_TOKEN'], when: createSchemePredicate(isBearerScheme) },
  {
    codes: ['TOKEN_EXPIRED'],
    when: createSchemePredicate((scheme) => isBearerScheme(scheme) && scheme.bearerFormat === 'JWT'),
  },
  { codes: ['FORBIDDEN'], when: ({ features }) => (features?.scopes ?? []).length > 0 },
  {
    codes: ['RATE_LIMIT_EXCEEDED'],
    when: ({ features }) => features?.isRateLimited === true || features?.isAuthFailureLimited === true,
  },
  { codes: ['IDEMPOTENCY_KEY_REQUIRED'], when: ({ features }) => features?.idempotency === 'required' },
  {
    codes: [
      'IDEMPOTENCY_KEY_REUSED',
      'IDEMPOTENCY_IN_PROGRESS',
      'IDEMPOTENCY_OUTCOME_UNKNOWN',
      'IDEMPOTENCY_ANSWER_NOT_KEPT',
    ],
    when: ({ features }) => features?.idempotency !== undefined,
  },
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
 * What any request can be refused with before its channel is known, and what any service may throw or hand on. These stand where
 * their status has an answer already, and under `default` otherwise.
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
  'UNPROCESSABLE',
  'RATE_LIMIT_EXCEEDED',
  'UPSTREAM_NOT_FOUND',
  'UPSTREAM_CONFLICT',
  'UPSTREAM_GONE',
  'UPSTREAM_PRECONDITION_FAILED',
  'STORE_UNAVAILABLE',
];

/** An error as clients of a channel meet it. */
export type DescribedError = Pick<CatalogueEntry, 'code' | 'status' | 'title' | 'retry'>;

/** The errors of a channel by status; those under `default` have no other place. */
export type ErrorsByStatus = ReadonlyMap<number | 'default', readonly DescribedError[]>;

/** What errors of a bus are told from. */
export interface ErrorCodeOptions {
  /** Status of `VALIDATION_FAILED`. */
  readonly validationStatus: 400 | 422;
  readonly security: DescribedSecurity;
}

/** Every error that clients of a channel can get: those the service declares first, then the bus's own. */
export function listErrorsByStatus(
  channel: DescribedChannel,
  { validationStatus, security }: ErrorCodeOptions,
): ErrorsByStatus {
  const errorOf = (code: FailureCode): DescribedError =>
    code === 'VALIDATION_FAILED' ? { ...getCatalogueEntry(code), status: validationStatus } : getCatalogueEntry(code);
  const rules = CHANNEL_CODE_RULES.filter(({ when }) => when?.(channel, security) ?? true);
  const own = [...listDeclaredErrors(channel), ...rules.flatMap(({ codes }) => codes).map(errorOf)];
  const named = new Set(own.map(({ code }) => code));
  const byStatus = new Map<number | 'default', DescribedError[]>(own.map(({ status }) => [status, []]));
  const others: DescribedError[] = [];
  byStatus.set('default', others);
  for (const error of own) byStatus.get(error.status)?.push(error);
  for (const error of COMMON_CODES.filter((code) => !named.has(code)).map(errorOf)) {
    (byStatus.get(error.status) ?? others).push(error);
  }
  return byStatus;
}

/** With the status that this service gives them: another may have declared the same code otherwise. */
function listDeclaredErrors({ service }: DescribedChannel): readonly DescribedError[] {
  return Object.entries(service.errors ?? {}).map(([code, { status, title, retryAfter }]) => ({
    code,
    status,
    title,
    retry: retryAfter === undefined ? 'never' : 'afterwards',
  }));
}

/** Is one of the channel's definitions like this? */
function createSchemePredicate(isLike: (scheme: SecuritySchemeObject) => boolean): NonNullable<CodeRule['when']> {
  return ({ features }, security) =>
    features?.security?.some((name) => security[name] !== undefined && isLike(security[name])) === true;
}

function isBearerScheme(
  scheme: SecuritySchemeObject,
): scheme is Extract<SecuritySchemeObject, { readonly type: 'http' }> {
  return scheme.type === 'http' && scheme.scheme === 'bearer';
}

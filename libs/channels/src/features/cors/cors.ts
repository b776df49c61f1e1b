import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { matchesOrigin } from './cors-origin';
import type { OnRequestStep } from '@trunkline/http-server';

/** The pages of other origins that may call a channel from a browser (Fetch standard, "CORS protocol"). */
export interface CorsPolicy {
  /** `https://app.example.com`, `https://*.example.com` for its sub-domains; `*` for every origin, without credentials. */
  readonly origins: readonly string[];
  /** Request headers that pages may send besides the CORS-safelisted ones. */
  readonly headers: readonly string[];
  /** Response headers that pages may read besides the CORS-safelisted ones. */
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** How long browsers may cache the response to a preflight, in milliseconds. */
  readonly maxAge: number;
}

/** The option of a channel that lets pages of other origins call it. */
export interface CorsOptions {
  readonly cors?: CorsPolicy | undefined;
}

/** The policies of a path by method. The path of jobs has a policy of each channel. */
export type CorsPoliciesByMethod = ReadonlyMap<string, readonly CorsPolicy[]>;

/** Response headers of the bus that every policy exposes. */
const ALWAYS_EXPOSED = ['X-Request-ID', 'Retry-After', 'Location'];

/** Creates the step that lets the pages of a policy read every response of a channel. Browsers withhold responses from other pages. */
export function createCorsStep(policy: CorsPolicy): OnRequestStep {
  return (request) => {
    request.responseHeaders = { ...request.responseHeaders, ...createCorsHeaders(policy, request.headers.origin) };
  };
}

/** Creates the response headers for a request from an origin. */
export function createCorsHeaders(policy: CorsPolicy, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !isAllowedOrigin(policy, origin)) return createVaryHeader(policy);
  const exposed = [...ALWAYS_EXPOSED, ...policy.expose].join(', ');
  return {
    ...createVaryHeader(policy),
    ...createAllowHeaders(policy, origin),
    'access-control-expose-headers': exposed,
  };
}

/** Merges the policies that allow an origin; `undefined` when none does. */
export function resolveCorsPolicy(origin: string | undefined, policies: readonly CorsPolicy[]): CorsPolicy | undefined {
  const [first, ...others] = policies.filter((policy) => origin !== undefined && isAllowedOrigin(policy, origin));
  return others.reduce<CorsPolicy | undefined>((one, other) => one && mergePolicies(one, other), first);
}

/** Neither policy combines `*` with credentials; one with names and credentials and the other with `*` must not do so either. */
function mergePolicies(one: CorsPolicy, other: CorsPolicy): CorsPolicy {
  const named = [...one.origins, ...other.origins].filter((origin) => origin !== '*');
  return {
    origins: named.length > 0 ? named : one.origins,
    headers: [...new Set([...one.headers, ...other.headers])],
    expose: [...new Set([...one.expose, ...other.expose])],
    credentials: one.credentials || other.credentials,
    maxAge: Math.min(one.maxAge, other.maxAge),
  };
}

/** Sets the headers of the response to a preflight; none unless a policy allows the origin. */
export function setPreflightHeaders(
  reply: FastifyReply,
  { headers }: IncomingMessage,
  policies: CorsPoliciesByMethod,
): void {
  const method = headers['access-control-request-method'];
  const { origin } = headers;
  if (origin === undefined || method === undefined) return;
  reply.header('vary', 'origin, access-control-request-method, access-control-request-headers');
  const requested = policies.get(method) ?? [];
  const policy = resolveCorsPolicy(origin, requested);
  if (!policy) return;
  reply.headers({
    ...createAllowHeaders(policy, origin),
    'access-control-allow-methods': [...policies]
      .flatMap(([name, others]) => (hasSamePolicies(others, requested) ? [name] : []))
      .join(', '),
    'access-control-allow-headers': ['Content-Type', ...policy.headers].join(', '),
    'access-control-max-age': String(Math.floor(policy.maxAge / 1_000)),
  });
}

function hasSamePolicies(some: readonly CorsPolicy[], others: readonly CorsPolicy[]): boolean {
  return some.length === others.length && some.every((policy, index) => policy === others[index]);
}

function isAllowedOrigin({ origins }: CorsPolicy, origin: string): boolean {
  for (const pattern of origins) if (matchesOrigin(pattern, origin)) return true;
  return false;
}

function createAllowHeaders({ origins, credentials }: CorsPolicy, origin: string): Record<string, string> {
  const allowed = origins.includes('*') ? '*' : origin;
  return {
    'access-control-allow-origin': allowed,
    ...(credentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** A response that is the same for every origin needs no separate cache entries. */
function createVaryHeader({ origins }: CorsPolicy): Record<string, string> {
  return origins.includes('*') ? {} : { vary: 'origin' };
}

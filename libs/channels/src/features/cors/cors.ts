import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import { matchesOrigin } from './cors-origin';
import type { OnRequestStep } from '@trunkline/http-server';

/** Which pages of other origins may call a channel from a browser (Fetch standard, "CORS protocol"). */
export interface CorsPolicy {
  /** `https://app.example.com`, `https://*.example.com` for its sub-domains; `*` for every origin, which goes without credentials. */
  readonly origins: readonly string[];
  /** Headers that requests may have besides those that every page may send. */
  readonly headers: readonly string[];
  /** Headers of answers that pages may read besides those that every page may read. */
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** How long a browser may keep what it was told, in milliseconds. */
  readonly maxAge: number;
}

/** The option of a channel that lets pages of other origins call it. */
export interface CorsOptions {
  readonly cors?: CorsPolicy | undefined;
}

/** What a preflight may be told of a path: the policies for each method, which are several where jobs of several channels are. */
export type CorsPoliciesByMethod = ReadonlyMap<string, readonly CorsPolicy[]>;

/** Names of headers on every answer of the bus that are of use to a page. */
const ALWAYS_EXPOSED = ['X-Request-ID', 'Retry-After', 'Location'];

/** Lets the pages of a policy read every answer of a channel; says of others nothing, so that browsers keep answers from them. */
export function createCorsStep(policy: CorsPolicy): OnRequestStep {
  return (request) => {
    request.responseHeaders = { ...request.responseHeaders, ...createCorsHeaders(policy, request.headers.origin) };
  };
}

/** What an answer carries for the pages of a policy. */
export function createCorsHeaders(policy: CorsPolicy, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !isAllowedOrigin(policy, origin)) return createVaryHeader(policy);
  const exposed = [...ALWAYS_EXPOSED, ...policy.expose].join(', ');
  return {
    ...createVaryHeader(policy),
    ...createAllowHeaders(policy, origin),
    'access-control-expose-headers': exposed,
  };
}

/** One policy for the pages of an origin, of all that admit it; `undefined` when none does. */
export function resolveCorsPolicy(origin: string | undefined, policies: readonly CorsPolicy[]): CorsPolicy | undefined {
  const [first, ...others] = policies.filter((policy) => origin !== undefined && isAllowedOrigin(policy, origin));
  return others.reduce<CorsPolicy | undefined>((one, other) => one && mergePolicies(one, other), first);
}

/** Neither goes with credentials to every origin, but a list of names with the star of the other must not make them. */
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

/** What a browser is told before it sends a request that a form could not: nothing, unless the channel has a policy for its origin. */
export function setPreflightHeaders(
  reply: FastifyReply,
  { headers }: IncomingMessage,
  policies: CorsPoliciesByMethod,
): void {
  const method = headers['access-control-request-method'];
  const { origin } = headers;
  if (origin === undefined || method === undefined) return;
  reply.header('vary', 'origin, access-control-request-method, access-control-request-headers');
  const asked = policies.get(method) ?? [];
  const policy = resolveCorsPolicy(origin, asked);
  if (!policy) return;
  reply.headers({
    ...createAllowHeaders(policy, origin),
    'access-control-allow-methods': [...policies]
      .flatMap(([name, others]) => (hasSamePolicies(others, asked) ? [name] : []))
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

/** An answer that is the same for every origin need not be kept apart by caches. */
function createVaryHeader({ origins }: CorsPolicy): Record<string, string> {
  return origins.includes('*') ? {} : { vary: 'origin' };
}

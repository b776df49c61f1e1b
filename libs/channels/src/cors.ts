import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { GuardStep } from './guard';

/** Which pages of other origins may call a channel from a browser (Fetch standard, "CORS protocol"). */
export interface CorsPolicy {
  /** `https://app.example.com`; `*` for every origin, which goes without credentials. */
  readonly origins: readonly string[];
  /** Headers that requests may have besides those that every page may send. */
  readonly headers: readonly string[];
  /** Headers of answers that pages may read besides those that every page may read. */
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** How long a browser may keep what it was told. */
  readonly maxAgeMs: number;
}

/** What a preflight may be told of a path: the policy of the channel for each method. */
export type CorsByMethod = ReadonlyMap<string, CorsPolicy>;

/** Names of headers on every answer of the bus that are of use to a page. */
const ALWAYS_EXPOSED = ['X-Request-ID', 'Retry-After'];

/** Lets the pages of a policy read every answer of a channel; says of others nothing, so that browsers keep answers from them. */
export function corsStep(policy: CorsPolicy): GuardStep {
  const exposed = [...ALWAYS_EXPOSED, ...policy.expose].join(', ');
  return (request) => {
    const origin = request.headers.origin;
    request.answerHeaders = {
      ...request.answerHeaders,
      ...varyingBy(policy),
      ...(origin !== undefined && isAdmitted(policy, origin) && admission(policy, origin)),
      ...(origin !== undefined && isAdmitted(policy, origin) && { 'access-control-expose-headers': exposed }),
    };
  };
}

/** What a browser is told before it sends a request that a form could not: nothing, unless the channel has a policy for its origin. */
export function answerPreflight(reply: FastifyReply, { headers }: IncomingMessage, policies: CorsByMethod): void {
  const method = headers['access-control-request-method'];
  const { origin } = headers;
  if (origin === undefined || method === undefined) return;
  reply.header('vary', 'origin, access-control-request-method, access-control-request-headers');
  const policy = policies.get(method);
  if (!policy || !isAdmitted(policy, origin)) return;
  reply.headers({
    ...admission(policy, origin),
    'access-control-allow-methods': [...policies]
      .flatMap(([name, other]) => (other === policy ? [name] : []))
      .join(', '),
    'access-control-allow-headers': ['Content-Type', ...policy.headers].join(', '),
    'access-control-max-age': String(Math.floor(policy.maxAgeMs / 1_000)),
  });
}

function isAdmitted({ origins }: CorsPolicy, origin: string): boolean {
  return origins.includes('*') || origins.includes(origin);
}

function admission({ origins, credentials }: CorsPolicy, origin: string): Record<string, string> {
  const allowed = origins.includes('*') ? '*' : origin;
  return {
    'access-control-allow-origin': allowed,
    ...(credentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** An answer that is the same for every origin need not be kept apart by caches. */
function varyingBy({ origins }: CorsPolicy): Record<string, string> {
  return origins.includes('*') ? {} : { vary: 'origin' };
}

import type { ErrorFormat } from '@trunkline/failures';
import type { Authenticator } from '@trunkline/security';
import type { RegisteredService } from '@trunkline/service';
import type { CorsPolicy } from '../features/cors/cors';
import type { Deprecation } from '../features/deprecation/deprecation';
import type { RateLimit } from '../features/rate-limit/rate-limit';
import type { Representation } from '@trunkline/http-server';

/** An inbound binding: HTTP method and path lead to a service. */
export interface Channel {
  readonly name: string;
  readonly method: string;
  /** With placeholders in braces: `/api/customer/{customer_id}`. */
  readonly path: string;
  readonly service: RegisteredService;
  readonly timeoutMs: number;
  /** Default: that of the bus. */
  readonly errorFormat: ErrorFormat | undefined;
  /** Status of a degraded answer of a composite. */
  readonly partialStatus: number;
  /** Whether its work is done later, as a job: `optional`: where the client asks for it. */
  readonly async: 'never' | 'optional' | 'always';
  /** Who may call it; `undefined`: everybody. */
  readonly authenticator: Authenticator | undefined;
  readonly representation: Representation;
  /** `undefined`: browsers keep its answers from pages of other origins. */
  readonly cors: CorsPolicy | undefined;
  readonly deprecation: Deprecation | undefined;
  /** A request has to keep all of them. */
  readonly rateLimits: readonly RateLimit[];
  /** `undefined`: an `Idempotency-Key` means nothing here. */
  readonly idempotency: ChannelIdempotency | undefined;
}

/** How a channel deals with the header `Idempotency-Key`. */
export interface ChannelIdempotency {
  /** Is a request without a key refused? */
  readonly isRequired: boolean;
  /** How long an answer is kept to be given again. */
  readonly keepMs: number;
  /** Headers, lower-case, that tell clients apart: the same key with another value of one of them is another key. */
  readonly scope: readonly string[];
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Names of the placeholders of a path, in their order. */
export function listPlaceholders(path: string): readonly string[] {
  return [...path.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** The path as the router writes it: `/api/customer/:customer_id`. A colon that the path itself has is doubled. */
export function toRouterPath(path: string): string {
  return path.replaceAll(':', '::').replace(PLACEHOLDER, ':$1');
}

import type { ErrorFormat } from '@trunkline/failures';
import type { ServiceDeclaration } from '@trunkline/service';

/** That a channel is on its way out. */
export interface DescribedDeprecation {
  /** Date or time in ISO 8601, as are all here. */
  readonly since: string;
  readonly sunset?: string | undefined;
  /** Where it is written what to use instead. */
  readonly link?: string | undefined;
}

/** What a channel asks of its callers and promises them, besides running a service. Whatever is left out is not there. */
export interface DescribedFeatures {
  /** Security definitions, any of which lets a caller in. Default: it is open. */
  readonly security?: readonly string[];
  /** What callers need to be allowed, all of it. */
  readonly scopes?: readonly string[];
  readonly isRateLimited?: boolean;
  /** Wrong credentials may only come so fast. */
  readonly isAuthFailureLimited?: boolean;
  /** Pages of some other origins may read its answers. */
  readonly hasCors?: boolean;
  readonly idempotency?: 'optional' | 'required';
  /** Requests may be accepted as jobs: 202 with the `Location` of the job. */
  readonly isAsync?: boolean;
  /** Bodies are published to a topic: 202 with the number of subscribers that have a job, and no other success. */
  readonly isPublished?: boolean;
  /** Answers have an `ETag`, and `If-None-Match` is looked at. */
  readonly hasEtag?: boolean;
  readonly deprecated?: DescribedDeprecation | undefined;
}

/** A request that a channel accepts, and what it answers. */
export interface DescribedExample {
  readonly summary?: string | undefined;
  /** As the service gets it: members of path, query and body. */
  readonly input?: unknown;
  /** As the service gives it. */
  readonly output?: unknown;
}

/** A channel as its callers have to know it. */
export interface DescribedChannel {
  readonly name: string;
  readonly method: string;
  /** With placeholders in braces. */
  readonly path: string;
  readonly description?: string | undefined;
  /** Default: that of the bus. */
  readonly errors?: ErrorFormat | undefined;
  /** Media types of its answers. Default: JSON. */
  readonly produces?: readonly string[];
  readonly service: ServiceDeclaration;
  readonly features?: DescribedFeatures;
  /** By name. */
  readonly examples?: Readonly<Record<string, DescribedExample>> | undefined;
}

/** Has a request of the channel a body? */
export function takesBody({ method }: DescribedChannel): boolean {
  return method !== 'GET' && method !== 'DELETE';
}

import { BusError } from './bus-error';
import type { FailureCode } from '../catalogue/built-in-entries';

/** The codes that tell of a system behind the bus. */
export type UpstreamCode = Extract<FailureCode, `UPSTREAM_${string}` | 'CIRCUIT_OPEN' | 'OVERLOADED'>;

/** What is known of a failed call of an outgoing connection. */
export interface UpstreamErrorOptions extends ErrorOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Did any byte of the request leave us? If not, any method may be tried again. */
  readonly wasSent: boolean;
  /** The status the upstream answered with, if it did. */
  readonly upstreamStatus?: number;
  /** Seconds, from the upstream's `Retry-After`. Of `UPSTREAM_RATE_LIMITED` no more than 300 are passed on. */
  readonly retryAfter?: number;
}

/** Seconds: a client that would have to wait longer for a limit that is not ours had better ask again. */
const MAX_RETRY_AFTER_BY_CODE: Partial<Record<UpstreamCode, number>> = { UPSTREAM_RATE_LIMITED: 300 };

/**
 * A system behind the bus failed, or could not be asked. The client is told no more than the catalogue's text for the code:
 * never the upstream's body, headers, host or address.
 */
export class UpstreamError extends BusError {
  readonly connection: string;
  readonly wasSent: boolean;
  readonly upstreamStatus: number | undefined;

  constructor(code: UpstreamCode, message: string, facts: UpstreamErrorOptions) {
    const { cause, retryAfter } = facts;
    super(message, {
      code,
      ...(cause === undefined ? {} : { cause }),
      ...(retryAfter === undefined
        ? {}
        : { retryAfter: Math.min(retryAfter, MAX_RETRY_AFTER_BY_CODE[code] ?? retryAfter) }),
    });
    this.connection = facts.connection;
    this.wasSent = facts.wasSent;
    this.upstreamStatus = facts.upstreamStatus;
  }
}

import { BusError } from './bus-error';
import type { FailureCode } from '../catalogue/built-in-entries';

/** Error codes for upstream systems. */
export type UpstreamCode = Extract<FailureCode, `UPSTREAM_${string}` | 'CIRCUIT_OPEN' | 'OVERLOADED'>;

/** Facts about a failed call of an outgoing connection. */
export interface UpstreamErrorOptions extends ErrorOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Whether any byte of the request was sent. If not, a request of any method may be retried. */
  readonly wasSent: boolean;
  /** Status of the upstream's response, if there was one. */
  readonly upstreamStatus?: number;
  /** `Retry-After` of the upstream, in seconds. For `UPSTREAM_RATE_LIMITED` the client receives at most 300. */
  readonly retryAfter?: number;
  /** Body of the upstream's response, parsed, for the calling service. */
  readonly body?: unknown;
}

/** Seconds. The limit is not that of the bus, so a client should check again rather than wait longer. */
const MAX_RETRY_AFTER_BY_CODE: Partial<Record<UpstreamCode, number>> = { UPSTREAM_RATE_LIMITED: 300 };

/**
 * An upstream system failed, or could not be called. The client receives the text of the catalogue for the code only, never the
 * upstream's body, headers, host or address.
 */
export class UpstreamError extends BusError {
  /** Name of the outgoing connection. */
  readonly connection: string;
  /** Whether any byte of the request was sent. */
  readonly wasSent: boolean;
  /** Status of the upstream's response, if there was one. */
  readonly upstreamStatus: number | undefined;
  readonly #body: unknown;

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
    this.#body = facts.body;
  }

  /**
   * Body of the upstream's error response, parsed, for the calling service. `undefined` where there is none, where it is unreadable, and
   * where it is larger than 64 KiB. Neither clients nor logs receive it: a private field is invisible to `JSON.stringify` and `inspect`.
   */
  get body(): unknown {
    return this.#body;
  }
}

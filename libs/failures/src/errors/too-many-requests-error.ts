import { BusError, type BusErrorOptions } from './bus-error';

/** A service limits the rate of requests: 429 `RATE_LIMIT_EXCEEDED`. `retryAfter` defaults to one second. */
export class TooManyRequestsError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Rate limit exceeded',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'throttled', data, ...options });
  }
}

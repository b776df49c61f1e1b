import { BusError, type BusErrorOptions } from './bus-error';

/** More requests than a service takes: 429 `RATE_LIMIT_EXCEEDED`; say when to come back with `retryAfter`, or it is a second. */
export class TooManyRequestsError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(
    title = 'Rate limit exceeded',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'throttled', data, ...options });
  }
}

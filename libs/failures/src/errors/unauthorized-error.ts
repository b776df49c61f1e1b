import { BusError, type BusErrorOptions } from './bus-error';

/** The service does not know who is calling: 401 `AUTH_REQUIRED`. The answer has a challenge: `Bearer`, unless `headers` has another. */
export class UnauthorizedError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(
    title = 'Authentication required',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'unauthenticated', data, ...options });
  }
}

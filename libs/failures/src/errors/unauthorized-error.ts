import { BusError, type BusErrorOptions } from './bus-error';

/** The caller is not authenticated: 401 `AUTH_REQUIRED`. The challenge of the response is `Bearer`, unless `headers` has another. */
export class UnauthorizedError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Authentication required',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'unauthenticated', data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The service cannot do its work for now: 503 `SERVICE_UNAVAILABLE`; say when to come back with `retryAfter`. */
export class ServiceUnavailableError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(
    title = 'Service unavailable',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { code: 'SERVICE_UNAVAILABLE', status: 503, data, ...options });
  }
}

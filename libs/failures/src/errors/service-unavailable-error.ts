import { BusError, type BusErrorOptions } from './bus-error';

/** The service is temporarily unavailable: 503 `SERVICE_UNAVAILABLE`. Set `retryAfter` if the time is known. */
export class ServiceUnavailableError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Service unavailable',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { code: 'SERVICE_UNAVAILABLE', status: 503, data, ...options });
  }
}

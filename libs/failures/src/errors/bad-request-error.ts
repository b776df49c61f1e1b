import { BusError, type BusErrorOptions } from './bus-error';

/** The service cannot process the request: 400 `BAD_REQUEST`. */
export class BadRequestError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(title = 'Bad request', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'BAD_REQUEST', kind: 'domain', status: 400, data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The request makes no sense to the service: 400 `BAD_REQUEST`. */
export class BadRequestError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(title = 'Bad request', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'BAD_REQUEST', kind: 'domain', status: 400, data, ...options });
  }
}

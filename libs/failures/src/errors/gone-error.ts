import { BusError, type BusErrorOptions } from './bus-error';

/** What the request names will not come back: 410 `GONE`. */
export class GoneError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(title = 'Gone', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'GONE', kind: 'notFound', status: 410, data, ...options });
  }
}

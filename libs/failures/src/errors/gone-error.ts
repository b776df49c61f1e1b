import { BusError, type BusErrorOptions } from './bus-error';

/** The resource was removed permanently: 410 `GONE`. */
export class GoneError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(title = 'Gone', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'GONE', kind: 'notFound', status: 410, data, ...options });
  }
}

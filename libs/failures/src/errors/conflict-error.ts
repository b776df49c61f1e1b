import { BusError, type BusErrorOptions } from './bus-error';

/** The request does not go with the present state: 409 `CONFLICT`. */
export class ConflictError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(title = 'Conflict', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { kind: 'conflict', data, ...options });
  }
}

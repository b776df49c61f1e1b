import { BusError, type BusErrorOptions } from './bus-error';

/** The request conflicts with the current state of the resource: 409 `CONFLICT`. */
export class ConflictError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(title = 'Conflict', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { kind: 'conflict', data, ...options });
  }
}

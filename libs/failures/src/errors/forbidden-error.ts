import { BusError, type BusErrorOptions } from './bus-error';

/** The caller is authenticated but not permitted to do this: 403 `FORBIDDEN`. */
export class ForbiddenError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(title = 'Forbidden', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { kind: 'forbidden', data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The caller is known but may not do this: 403 `FORBIDDEN`. */
export class ForbiddenError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(title = 'Forbidden', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { kind: 'forbidden', data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** What the request names does not exist: 404 `RESOURCE_NOT_FOUND`. */
export class NotFoundError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(
    title = 'Resource not found',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'notFound', data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The resource does not exist: 404 `RESOURCE_NOT_FOUND`. */
export class NotFoundError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Resource not found',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { kind: 'notFound', data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The request is well-formed, but cannot be carried out: 422 `UNPROCESSABLE`. */
export class UnprocessableError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(
    title = 'Unprocessable content',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { code: 'UNPROCESSABLE', status: 422, data, ...options });
  }
}

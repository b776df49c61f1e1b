import { BusError, type BusErrorOptions } from './bus-error';

/** Well formed, but it cannot be done: 422 `UNPROCESSABLE`. */
export class UnprocessableError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(
    title = 'Unprocessable content',
    data: Readonly<Record<string, unknown>> = {},
    options: BusErrorOptions = {},
  ) {
    super(title, { code: 'UNPROCESSABLE', status: 422, data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** The operation requires payment: 402 `PAYMENT_REQUIRED`. */
export class PaymentRequiredError extends BusError {
  /** @param data - facts for the client, added to the members of the response */
  constructor(title = 'Payment required', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'PAYMENT_REQUIRED', status: 402, data, ...options });
  }
}

import { BusError, type BusErrorOptions } from './bus-error';

/** It has to be paid for first: 402 `PAYMENT_REQUIRED`. */
export class PaymentRequiredError extends BusError {
  /** @param data - facts for the client: they become members of the answer */
  constructor(title = 'Payment required', data: Readonly<Record<string, unknown>> = {}, options: BusErrorOptions = {}) {
    super(title, { code: 'PAYMENT_REQUIRED', status: 402, data, ...options });
  }
}

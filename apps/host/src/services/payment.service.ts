import { BusService, Service } from 'trunkline';

/** A delivery of the payment provider (Standard Webhooks, "Payload structure"). */
interface PaymentEvent {
  readonly type: string;
  readonly data: { readonly payment_id: string };
}

@BusService({ name: 'payment.record', description: 'Records what the payment provider reports' })
export class RecordPayment extends Service<PaymentEvent, { readonly recorded: string }> {
  handle() {
    const { type, data } = this.request.input;
    this.logger.info({ type, payment_id: data.payment_id }, 'payment recorded');
    return { recorded: data.payment_id };
  }
}

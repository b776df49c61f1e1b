import { BusService, type RestResponse, Service } from 'trunkline';
import { CheckoutRequest } from '../checkout-request';

interface CheckoutResult {
  readonly reservation_id: unknown;
  readonly payment_id: unknown;
}

@BusService({
  name: 'order.checkout',
  input: CheckoutRequest,
  description: 'Reserves the items and takes the payment',
  errors: {
    DATA_CONFLICT: { status: 409, title: 'The data has changed' },
    OUT_OF_STOCK: { status: 422, title: 'Items out of stock' },
    PAYMENT_FAILED: { status: 402, title: 'Payment failed' },
    EXTERNAL_SERVICE_UNAVAILABLE: { status: 503, title: 'An external service is unavailable', retryAfter: 30 },
  },
})
export class CheckOut extends Service<CheckoutRequest, CheckoutResult> {
  async handle() {
    const reservation = await this.reserve();
    const payment = await this.pay();
    return { reservation_id: readMember(reservation, 'reservation_id'), payment_id: readMember(payment, 'payment_id') };
  }

  private async reserve(): Promise<RestResponse> {
    const { customer_id, items } = this.request.input;
    const response = await this.post('Stock', '/reservations', { customer_id, items });
    if (response.status === 201) return response;
    if (response.status === 409) throw this.error('OUT_OF_STOCK', { items: readMember(response, 'items') });
    if (response.status === 412) throw this.error('DATA_CONFLICT');
    throw this.error('EXTERNAL_SERVICE_UNAVAILABLE');
  }

  private async pay(): Promise<RestResponse> {
    const { customer_id, payment } = this.request.input;
    const response = await this.post('Payments', '/payments', { customer_id, token: payment.token });
    if (response.status === 201) return response;
    if (response.status === 402) throw this.error('PAYMENT_FAILED', { reason: readMember(response, 'reason') });
    throw this.error('EXTERNAL_SERVICE_UNAVAILABLE');
  }

  private async post(connection: 'Stock' | 'Payments', path: string, body: object): Promise<RestResponse> {
    try {
      return await this.out.rest[connection].post(path, { body });
    } catch (cause) {
      throw this.error('EXTERNAL_SERVICE_UNAVAILABLE', {}, { cause });
    }
  }
}

function readMember({ data }: RestResponse, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}

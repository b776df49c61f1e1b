import { BusService, Service } from 'trunkline';
import type { Order } from '../upstream-models';

/** What is published on the topic `order.created`. */
export type OrderCreated = Pick<Order, 'order_id' | 'customer_id' | 'items'>;

@BusService({ name: 'order.confirm', description: 'Tells a customer of an order that has been placed' })
export class ConfirmOrder extends Service<OrderCreated, undefined> {
  handle() {
    const { order_id, customer_id } = this.request.input;
    this.logger.info({ order_id, customer_id }, 'the customer is told of the order');
  }
}

@BusService({ name: 'order.pick', description: 'Has the items of an order picked' })
export class PickOrder extends Service<OrderCreated, { readonly picked: number }> {
  handle() {
    const { order_id, items } = this.request.input;
    const picked = items.reduce((sum, { quantity }) => sum + quantity, 0);
    this.logger.info({ order_id, picked }, 'the items of the order are picked');
    return { picked };
  }
}

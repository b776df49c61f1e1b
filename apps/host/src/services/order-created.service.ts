import { BusService, Service } from 'trunkline';
import type { Order } from '../upstream-models';

/** A message of the topic `order.created`. */
export type OrderCreated = Pick<Order, 'order_id' | 'customer_id' | 'items'>;

@BusService({ name: 'order.confirm', description: 'Confirms a new order to the customer' })
export class ConfirmOrder extends Service<OrderCreated, undefined> {
  handle() {
    const { order_id, customer_id } = this.request.input;
    this.logger.info({ order_id, customer_id }, 'order confirmed to the customer');
  }
}

@BusService({ name: 'order.pick', description: 'Picks the items of a new order' })
export class PickOrder extends Service<OrderCreated, { readonly picked: number }> {
  handle() {
    const { order_id, items } = this.request.input;
    const picked = items.reduce((sum, { quantity }) => sum + quantity, 0);
    this.logger.info({ order_id, picked }, 'items of the order picked');
    return { picked };
  }
}

import { BusService, RestAdapter, Service } from 'trunkline';
import { OrderDraft } from '../order-draft';
import type { Order } from '../upstream-models';

@BusService({ name: 'adapter.orders.create', input: OrderDraft, description: 'Places an order with the order system' })
export class CreateOrderAdapter extends RestAdapter<OrderDraft, Order> {
  readonly connection = 'Orders';
  readonly method = 'POST';
  readonly path = '/orders';
}

@BusService({ name: 'order.create', input: OrderDraft, description: 'Places an order' })
export class CreateOrder extends Service<OrderDraft, Order> {
  async handle() {
    const order = await this.invoke(CreateOrderAdapter, this.request.input);
    this.response.statusCode = 201;
    this.response.headers['location'] = `/api/orders/${encodeURIComponent(order.order_id)}`;
    await this.#publish(order);
    return order;
  }

  /** The order remains placed if its message cannot be published. */
  async #publish({ order_id, customer_id, items }: Order) {
    try {
      await this.publish('order.created', { order_id, customer_id, items });
    } catch (err) {
      this.logger.error({ err, order_id }, 'the message of the order could not be published');
    }
  }
}

@BusService({ name: 'order.delete', input: 'order_id', description: 'Deletes an order that has not been shipped' })
export class DeleteOrder extends Service<{ order_id: string }, undefined> {
  async handle() {
    const { order_id } = this.request.input;
    await this.invoke('adapter.orders.delete', { order_id });
  }
}

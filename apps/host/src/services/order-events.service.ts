import { BusService, ServerSentEvent, Service } from 'trunkline';
import { orderFeed } from '../order-feed';
import type { OrderCreated } from './order-created.service';

@BusService({ name: 'order.announce', description: 'Announces a new order to those who follow the orders' })
export class AnnounceOrder extends Service<OrderCreated, undefined> {
  handle() {
    orderFeed.add(this.request.input);
  }
}

@BusService({ name: 'order.events', description: 'New orders, as they are placed' })
export class OrderEvents extends Service<unknown, AsyncIterable<ServerSentEvent>> {
  async *handle() {
    const lastPosition = Number.parseInt(String(this.request.http?.headers['last-event-id']), 10);
    const after = Number.isNaN(lastPosition) ? undefined : lastPosition;
    for await (const { position, order } of orderFeed.follow(after, this.signal))
      yield new ServerSentEvent(order, { id: String(position), event: 'order' });
  }
}

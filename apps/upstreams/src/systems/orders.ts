import { json, NO_CONTENT, refusal } from '../answer';
import type { Handler, Routes } from '../router';
import { addBounded } from './bounded';
import { isItems, type Item, ITEMS_EXPECTED } from './items';
import { oncePerKey } from './once-per-key';

interface Order {
  readonly order_id: string;
  readonly customer_id: string;
  readonly items: readonly Item[];
  readonly status: 'created' | 'shipped';
}

const SAMPLE = { customer_id: 'CUST-123', items: [{ sku: 'BOOK-1', quantity: 1 }] };

/** Orders: the newest thousand that clients made, `ORD-1`, and `ORD-SHIPPED`, which cannot be deleted. */
export function orders(): Routes {
  const made = new Map<string, Order>();
  const first = new Map<string, Order>([
    ['ORD-1', { order_id: 'ORD-1', ...SAMPLE, status: 'created' }],
    ['ORD-SHIPPED', { order_id: 'ORD-SHIPPED', ...SAMPLE, status: 'shipped' }],
  ]);
  let lastNumber = 1_000;

  const find = (id: string) => made.get(id) ?? first.get(id);
  const create: Handler = ({ body: { customer_id, items } }) => {
    if (typeof customer_id !== 'string') return refusal(400, 'bad_request', 'customer_id must be a text');
    if (!isItems(items)) return refusal(400, 'bad_request', ITEMS_EXPECTED);
    lastNumber += 1;
    const order: Order = { order_id: `ORD-${lastNumber}`, customer_id, items, status: 'created' };
    addBounded(made, order.order_id, order);
    return json(201, order, { location: `/orders/${order.order_id}` });
  };
  const show: Handler = ({ id }) => {
    const order = find(id);
    return order ? json(200, order) : unknownOrder(id);
  };
  const remove: Handler = ({ id }) => {
    if (find(id)?.status === 'shipped') return refusal(409, 'conflict', `order ${id} has been shipped`);
    return made.delete(id) || first.delete(id) ? NO_CONTENT : unknownOrder(id);
  };

  return { 'POST /orders': oncePerKey(create), 'GET /orders/{id}': show, 'DELETE /orders/{id}': remove };
}

function unknownOrder(id: string) {
  return refusal(404, 'not_found', `there is no order ${id}`);
}

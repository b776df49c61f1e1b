import { createJsonResponse, NO_CONTENT, createErrorResponse } from '../upstream-response';
import type { Handler, Routes } from '../router';
import { addToBoundedMap } from './bounded-map';
import { isItems, type Item, INVALID_ITEMS_MESSAGE } from './items';
import { makeIdempotent } from './make-idempotent';

interface Order {
  readonly order_id: string;
  readonly customer_id: string;
  readonly items: readonly Item[];
  readonly status: 'created' | 'shipped';
}

const SAMPLE = { customer_id: 'CUST-123', items: [{ sku: 'BOOK-1', quantity: 1 }] };

/** Orders: the newest thousand of clients, `ORD-1`, and `ORD-SHIPPED`, which cannot be deleted. */
export function createOrderRoutes(): Routes {
  const made = new Map<string, Order>();
  const first = new Map<string, Order>([
    ['ORD-1', { order_id: 'ORD-1', ...SAMPLE, status: 'created' }],
    ['ORD-SHIPPED', { order_id: 'ORD-SHIPPED', ...SAMPLE, status: 'shipped' }],
  ]);
  let lastNumber = 1_000;

  const find = (id: string) => made.get(id) ?? first.get(id);
  const create: Handler = ({ body: { customer_id, items } }) => {
    if (typeof customer_id !== 'string') return createErrorResponse(400, 'bad_request', 'customer_id must be a string');
    if (!isItems(items)) return createErrorResponse(400, 'bad_request', INVALID_ITEMS_MESSAGE);
    lastNumber += 1;
    const order: Order = { order_id: `ORD-${lastNumber}`, customer_id, items, status: 'created' };
    addToBoundedMap(made, order.order_id, order);
    return createJsonResponse(201, order, { location: `/orders/${order.order_id}` });
  };
  const show: Handler = ({ id }) => {
    const order = find(id);
    return order ? createJsonResponse(200, order) : createUnknownOrderResponse(id);
  };
  const remove: Handler = ({ id }) => {
    if (find(id)?.status === 'shipped') return createErrorResponse(409, 'conflict', `order ${id} has been shipped`);
    return made.delete(id) || first.delete(id) ? NO_CONTENT : createUnknownOrderResponse(id);
  };

  return { 'POST /orders': makeIdempotent(create), 'GET /orders/{id}': show, 'DELETE /orders/{id}': remove };
}

function createUnknownOrderResponse(id: string) {
  return createErrorResponse(404, 'not_found', `there is no order ${id}`);
}

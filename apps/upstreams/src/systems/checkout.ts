import { createJsonResponse, createErrorResponse } from '../upstream-response';
import type { Handler, Routes } from '../router';
import { isItems, INVALID_ITEMS_MESSAGE } from './items';
import { makeIdempotent } from './make-idempotent';

const DECLINE_REASONS = new Map([
  ['tok_declined', 'card_declined'],
  ['tok_expired', 'card_expired'],
  ['tok_no_funds', 'insufficient_funds'],
]);

/** Reservations. A SKU with the prefix `SOLD-OUT` is out of stock, one with the prefix `STALE` has changed. */
export function createStockRoutes(): Routes {
  let lastNumber = 0;
  const reserve: Handler = ({ body: { items } }) => {
    if (!isItems(items)) return createErrorResponse(400, 'bad_request', INVALID_ITEMS_MESSAGE);
    const skus = items.map(({ sku }) => sku);
    const soldOut = skus.filter((sku) => sku.startsWith('SOLD-OUT'));
    if (soldOut.length > 0) return createJsonResponse(409, { items: soldOut });
    const stale = skus.find((sku) => sku.startsWith('STALE'));
    if (stale !== undefined) return createErrorResponse(412, 'precondition_failed', `${stale} has changed`);
    lastNumber += 1;
    return createJsonResponse(201, { reservation_id: `RES-${lastNumber}`, items });
  };
  return { 'POST /reservations': makeIdempotent(reserve) };
}

/** Payments by token. `tok_declined`, `tok_expired` and `tok_no_funds` are declined. */
export function createPaymentRoutes(): Routes {
  let lastNumber = 0;
  const pay: Handler = ({ body: { token } }) => {
    if (typeof token !== 'string') return createErrorResponse(400, 'bad_request', 'token must be a string');
    const reason = DECLINE_REASONS.get(token);
    if (reason !== undefined) return createJsonResponse(402, { reason });
    lastNumber += 1;
    return createJsonResponse(201, { payment_id: `PAY-${lastNumber}`, status: 'paid' });
  };
  return { 'POST /payments': makeIdempotent(pay) };
}

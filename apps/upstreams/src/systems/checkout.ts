import { json, refusal } from '../answer';
import type { Handler, Routes } from '../router';
import { isItems, ITEMS_EXPECTED } from './items';
import { oncePerKey } from './once-per-key';

const REASONS = new Map([
  ['tok_declined', 'card_declined'],
  ['tok_expired', 'card_expired'],
  ['tok_no_funds', 'insufficient_funds'],
]);

/** Reservations. A SKU that begins with `SOLD-OUT` is out of stock, one that begins with `STALE` has changed meanwhile. */
export function stock(): Routes {
  let lastNumber = 0;
  const reserve: Handler = ({ body: { items } }) => {
    if (!isItems(items)) return refusal(400, 'bad_request', ITEMS_EXPECTED);
    const skus = items.map(({ sku }) => sku);
    const soldOut = skus.filter((sku) => sku.startsWith('SOLD-OUT'));
    if (soldOut.length > 0) return json(409, { items: soldOut });
    const stale = skus.find((sku) => sku.startsWith('STALE'));
    if (stale !== undefined) return refusal(412, 'precondition_failed', `${stale} has changed`);
    lastNumber += 1;
    return json(201, { reservation_id: `RES-${lastNumber}`, items });
  };
  return { 'POST /reservations': oncePerKey(reserve) };
}

/** Payments by token; `tok_declined`, `tok_expired` and `tok_no_funds` are refused, each for its reason. */
export function payments(): Routes {
  let lastNumber = 0;
  const pay: Handler = ({ body: { token } }) => {
    if (typeof token !== 'string') return refusal(400, 'bad_request', 'token must be a text');
    const reason = REASONS.get(token);
    if (reason !== undefined) return json(402, { reason });
    lastNumber += 1;
    return json(201, { payment_id: `PAY-${lastNumber}`, status: 'paid' });
  };
  return { 'POST /payments': oncePerKey(pay) };
}

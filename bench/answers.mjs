// What both sides of a row answer, so that they differ in how they came to it alone.

export function customerOf(customer_id) {
  return { customer_id, name: 'Ada Lovelace', email: 'ada@example.com', tier: 'gold', orders: 12 };
}

export function orderOf({ customer_id, items }) {
  return {
    order_id: 'ORD-1',
    customer_id,
    lines: items.length,
    quantity: items.reduce(plusQuantity, 0),
    status: 'new',
  };
}

function plusQuantity(sum, { quantity }) {
  return sum + quantity;
}

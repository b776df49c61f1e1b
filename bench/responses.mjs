// The responses of both sides of a row, so that only the way to them differs.

export function createCustomer(customer_id) {
  return { customer_id, name: 'Ada Lovelace', email: 'ada@example.com', tier: 'gold', orders: 12 };
}

export function createOrder({ customer_id, items }) {
  return {
    order_id: 'ORD-1',
    customer_id,
    lines: items.length,
    quantity: items.reduce(addQuantity, 0),
    status: 'new',
  };
}

function addQuantity(sum, { quantity }) {
  return sum + quantity;
}

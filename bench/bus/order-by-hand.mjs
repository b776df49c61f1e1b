// The order of the example as a handwritten Standard Schema: the cost of a validator for one shape.

const isText = (value) => typeof value === 'string' && value !== '';
const isItem = (item) => isText(item?.sku) && Number.isInteger(item.quantity) && item.quantity >= 1;

function validate(value) {
  const fits = isText(value?.customer_id) && Array.isArray(value.items) && value.items.length > 0;
  return fits && value.items.every(isItem) ? { value } : { issues: [{ message: 'an order is expected' }] };
}

const describe = () => ({ type: 'object', required: ['customer_id', 'items'] });

export const orderByHand = {
  '~standard': { version: 1, vendor: 'bench', validate, jsonSchema: { input: describe, output: describe } },
};

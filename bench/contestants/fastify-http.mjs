// Bare Fastify with the same routes and schemas.
import { fastify } from 'fastify';
import { createCustomer, createOrder } from '../responses.mjs';
import { runContestant } from '../contestant.mjs';

const text = { type: 'string', minLength: 1 };
const createObjectSchema = (properties) => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});
const whole = { type: 'integer' };
const item = createObjectSchema({ sku: text, quantity: { type: 'integer', minimum: 1 } });

const app = fastify();
app.route({
  method: 'GET',
  url: '/customers/:customer_id',
  schema: {
    params: createObjectSchema({ customer_id: text }),
    response: { 200: createObjectSchema({ customer_id: text, name: text, email: text, tier: text, orders: whole }) },
  },
  handler: async (request) => createCustomer(request.params.customer_id),
});
app.route({
  method: 'POST',
  url: '/orders',
  schema: {
    body: createObjectSchema({ customer_id: text, items: { type: 'array', minItems: 1, items: item } }),
    response: {
      200: createObjectSchema({ order_id: text, customer_id: text, lines: whole, quantity: whole, status: text }),
    },
  },
  handler: async (request) => createOrder(request.body),
});
await app.listen({ port: 0, host: '127.0.0.1' });

runContestant({ port: () => app.server.address().port });

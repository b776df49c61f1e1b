// Bare Fastify with the same routes and schemas.
import { fastify } from 'fastify';
import { customerOf, orderOf } from '../answers.mjs';
import { contestant } from '../contestant.mjs';

const text = { type: 'string', minLength: 1 };
const shape = (properties) => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});
const whole = { type: 'integer' };
const item = shape({ sku: text, quantity: { type: 'integer', minimum: 1 } });

const app = fastify();
app.route({
  method: 'GET',
  url: '/customers/:customer_id',
  schema: {
    params: shape({ customer_id: text }),
    response: { 200: shape({ customer_id: text, name: text, email: text, tier: text, orders: whole }) },
  },
  handler: async (request) => customerOf(request.params.customer_id),
});
app.route({
  method: 'POST',
  url: '/orders',
  schema: {
    body: shape({ customer_id: text, items: { type: 'array', minItems: 1, items: item } }),
    response: { 200: shape({ order_id: text, customer_id: text, lines: whole, quantity: whole, status: text }) },
  },
  handler: async (request) => orderOf(request.body),
});
await app.listen({ port: 0, host: '127.0.0.1' });

contestant({ port: () => app.server.address().port });

// POST channels and their validation.
import { createKeyedPostRequest, createPostRequest } from '../load/requests.mjs';
import { createSeries, createServerSeries, REQUESTS } from './series.mjs';

const ORDER = {
  customer_id: 'CUST-123',
  items: [
    { sku: 'AB-1000', quantity: 1 },
    { sku: 'AB-2000', quantity: 12 },
    { sku: 'CD-3000', quantity: 3 },
  ],
};

const createOrderRequests = (path) => () => [createPostRequest(path, ORDER)];

const POST_ROW = { peer: 'fastify.cpu', peerName: 'bare Fastify + ajv', unit: 'µs', most: 1.15 };

export const post = {
  ...REQUESTS,
  series: {
    byClass: createServerSeries('trunkline-http', createOrderRequests('/orders')),
    byHand: createServerSeries('trunkline-http', createOrderRequests('/orders-by-hand')),
    fastify: createServerSeries('fastify-http', createOrderRequests('/orders')),
  },
  rows: [
    { what: 'POST channel, input by class-validator, CPU per request', ours: 'byClass.cpu', ...POST_ROW },
    { what: 'POST channel, input by a Standard Schema, CPU per request', ours: 'byHand.cpu', ...POST_ROW },
  ],
};

/** Both validators in one process, which differ only in the function. */
const validate = createSeries('trunkline-class-check', (contestant) => async (count) => ({
  compiled: await contestant.request('compiled', { order: ORDER, count }),
  peer: await contestant.request('byClassValidator', { order: ORDER, count }),
}));

export const validation = {
  size: 20_000,
  warmUp: 100_000,
  series: { validate },
  rows: [
    {
      what: 'validation of an order by its class',
      ours: 'validate.compiled',
      peer: 'validate.peer',
      peerName: 'class-transformer + class-validator',
      unit: 'ns',
      most: 0.15,
      mostOurs: 2_000,
    },
  ],
};

export const idempotency = {
  ...REQUESTS,
  series: {
    keyed: createServerSeries('trunkline-http', () => [createKeyedPostRequest('/orders-once', ORDER)]),
    plain: createServerSeries('trunkline-http', createOrderRequests('/orders')),
  },
  rows: [
    {
      what: 'POST with an Idempotency-Key, records in memory, CPU per request',
      ours: 'keyed.cpu',
      peer: 'plain.cpu',
      peerName: 'the same without',
      unit: 'µs',
      most: 1.2,
    },
  ],
};

import { createJsonResponse, createErrorResponse } from '../upstream-response';
import type { Routes } from '../router';

const API_KEY = 'demo';
const CHALLENGE = { 'www-authenticate': 'ApiKey realm="crm", header="X-Api-Key"' };
const CUSTOMERS = new Map(
  [
    { customer_id: 'CUST-123', name: 'Ada Lovelace', email: 'ada@example.com', tier: 'gold', since: '2019-12-10' },
    { customer_id: 'CUST-124', name: 'Grace Hopper', email: 'grace@example.com', tier: 'silver', since: '2021-12-09' },
    { customer_id: 'CUST-125', name: 'Alan Turing', email: 'alan@example.com', tier: 'standard', since: '2023-06-23' },
  ].map((customer) => [customer.customer_id, customer]),
);

/** Customers; requests need the API key. */
export function createCrmRoutes(): Routes {
  return {
    'GET /customers/{id}': ({ id, headers }) => {
      if (headers['x-api-key'] !== API_KEY) {
        return createErrorResponse(401, 'unauthorized', `send the header X-Api-Key: ${API_KEY}`, CHALLENGE);
      }
      const customer = CUSTOMERS.get(id);
      return customer
        ? createJsonResponse(200, customer)
        : createErrorResponse(404, 'not_found', `there is no customer ${id}`);
    },
  };
}

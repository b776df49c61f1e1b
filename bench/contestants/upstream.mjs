// A system to be called: it answers every request with the same small JSON.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { customerOf } from '../answers.mjs';
import { contestant } from '../contestant.mjs';

const body = JSON.stringify(customerOf('CUST-1'));
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) =>
  response.writeHead(200, headers).end(body),
);
await once(server.listen(0, '127.0.0.1'), 'listening');

contestant({ url: () => `http://127.0.0.1:${server.address().port}` });

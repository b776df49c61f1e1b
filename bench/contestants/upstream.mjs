// An upstream that responds to every request with the same small JSON; `/after/50` after 50 ms.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createCustomer } from '../responses.mjs';
import { runContestant } from '../contestant.mjs';

const body = JSON.stringify(createCustomer('CUST-1'));
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const server = createServer({ keepAliveTimeout: 60_000 }, ({ url }, response) => {
  const respond = () => response.writeHead(200, headers).end(body);
  const [, waitMs] = /\/after\/(\d+)/.exec(url) ?? [];
  if (waitMs) setTimeout(respond, Number(waitMs));
  else respond();
});
// A thousand clients may connect at once.
await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }), 'listening');

runContestant({ url: () => `http://127.0.0.1:${server.address().port}` });

// An upstream that responds to every request with the same small JSON; `/after/50` after 50 ms.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createCustomer } from '../responses.mjs';
import { runContestant } from '../contestant.mjs';

const body = JSON.stringify(createCustomer('CUST-1'));
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const server = createServer({ keepAliveTimeout: 60_000 }, ({ url }, response) => {
  const answer = () => response.writeHead(200, headers).end(body);
  const [, waitMs] = /\/after\/(\d+)/.exec(url) ?? [];
  if (waitMs) setTimeout(answer, Number(waitMs));
  else answer();
});
await once(server.listen(0, '127.0.0.1'), 'listening');

runContestant({ url: () => `http://127.0.0.1:${server.address().port}` });

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

let upstream: Server;
let running: RunningBus;
/** Requests that the upstream has received. */
let requests: { readonly line: string; readonly ifMatch: unknown; readonly body: string }[];

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeEach(async () => {
  requests = [];
  upstream = createServer((request, response) => {
    void read(request).then((body) => {
      const { method, url, headers } = request;
      requests.push({ line: `${method} ${url}`, ifMatch: headers['if-match'], body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  running = await startBus({
    config: {
      'shop.yaml': `
outgoing:
  rest:
    Shop:
      url: http://127.0.0.1:${(upstream.address() as AddressInfo).port}
      services:
        adapter.lines.put:
          method: PUT
          path: /lines/{sku}
          headers: { If-Match: '{etag}' }
          input: [sku, etag, -note, { quantity: integer, -gift: boolean }]
        adapter.lines.list: { method: GET, path: /lines, input: { page: integer, -open: boolean } }
channels:
  rest:
    lines.put: { method: PUT, path: '/lines/{sku}', service: adapter.lines.put }
    lines.list: { method: GET, path: /lines, service: adapter.lines.list }
`,
    },
  });
});
afterEach(async () => {
  await running.stop();
  upstream.close();
});

describe('an adapter in YAML with typed members', () => {
  it('sends numbers and booleans unquoted, and headers from the input', async () => {
    const { status } = await sendRequest(
      `${running.url}/lines/S-1`,
      createJsonRequest('PUT', { etag: '"v1"', quantity: 2, gift: true }),
    );

    expect(status).toBe(200);
    expect(requests).toEqual([{ line: 'PUT /lines/S-1', ifMatch: '"v1"', body: '{"quantity":2,"gift":true}' }]);
  });

  it('converts the text of a query to the declared type', async () => {
    const { status } = await sendRequest(`${running.url}/lines?page=3&open=true`);

    expect(status).toBe(200);
    expect(requests).toMatchObject([{ line: 'GET /lines?page=3&open=true' }]);
  });

  it.each([
    ['PUT', '/lines/S-1', { etag: '"v1"', quantity: '2' }, '#/quantity'],
    ['PUT', '/lines/S-1', { etag: '"v1"', quantity: 1.5 }, '#/quantity'],
    ['PUT', '/lines/S-1', { quantity: 2 }, '#/etag'],
    ['PUT', '/lines/S-1', { etag: '"v1"', quantity: 2, colour: 'red' }, '#/colour'],
    ['GET', '/lines?page=x', undefined, '#/page'],
  ])('rejects an invalid member with 400 and its pointer: %s %s %j', async (method, path, body, pointer) => {
    const { status, body: problem } = await sendRequest(
      `${running.url}${path}`,
      body ? createJsonRequest(method, body) : { method },
    );

    expect(status).toBe(400);
    expect(problem).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ pointer }] });
    expect(requests).toEqual([]);
  });

  it('is described with its types', async () => {
    const { text } = await sendRequest(`${running.url}/openapi.json`);

    expect(text).toMatch(/"quantity":\{"type":"integer"/);
    expect(text).toMatch(/"name":"page","in":"query"[^}]*"schema":\{"type":"integer"/);
  });
});

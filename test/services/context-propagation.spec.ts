import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { BusService, RestAdapter, Service } from 'trunkline';
import { z } from 'zod';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'adapter.thing', output: z.object({ id: z.string() }) })
class GetThing extends RestAdapter<object, { id: string }> {
  readonly connection = 'Things';
  readonly method = 'GET';
  readonly path = '/thing';
}

@BusService({ name: 'outer' })
class Outer extends Service {
  handle() {
    return this.invokeDynamic('adapter.thing', {});
  }
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the context that a request propagates to other systems', () => {
  let upstream: Server;
  let running: RunningBus;
  let received: IncomingHttpHeaders = {};
  let thing: unknown = { id: '1' };
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      received = request.headers;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(thing));
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    running = await startBus({
      services: [GetThing, Outer],
      config: {
        'channels.yaml': 'channels: { rest: { outer: { method: GET, path: /outer, service: outer } } }',
        'outgoing.yaml': `outgoing: { rest: { Things: { url: 'http://127.0.0.1:${port}', forwardHeaders: [X-Tenant] } } }`,
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    upstream.close();
  });
  afterEach(() => {
    thing = { id: '1' };
  });

  it('is its id, its trace and the listed headers, through any number of services, and nothing else', async () => {
    const headers = { 'x-request-id': 'my-id', traceparent: TRACE, 'x-tenant': 'acme', 'x-secret': 'no', cookie: 'no' };

    await expect(sendRequest(`${running.url}/outer`, { headers })).resolves.toMatchObject({
      status: 200,
      body: { id: '1' },
    });

    expect(received).toMatchObject({
      'x-request-id': 'my-id',
      'x-tenant': 'acme',
      traceparent: expect.stringContaining('0af7651916cd43dd8448eb211c80319c'),
    });
    expect(received).not.toHaveProperty('x-secret');
    expect(received).not.toHaveProperty('cookie');
  });

  it('is part of a 502 when the response does not fit the declaration of the adapter', async () => {
    thing = { id: 5 };

    await expect(sendRequest(`${running.url}/outer`)).resolves.toMatchObject({
      status: 502,
      body: { code: 'UPSTREAM_INVALID_RESPONSE' },
    });
  });
});

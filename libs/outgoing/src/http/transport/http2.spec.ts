import { once } from 'node:events';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { LOCALHOST_CERTIFICATE, waitUntil } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let server: Http2SecureServer;
let bus: TestBus;
let aborted: number;

afterEach(async () => {
  await bus.close();
  server.close();
});

/** An upstream that speaks both, says which of them is spoken to it, and is mute at `/mute`. */
async function start(settings: object) {
  aborted = 0;
  const serve = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    request.on('aborted', () => (aborted += 1)).on('error', () => undefined);
    if (request.url === '/mute') return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ version: request.httpVersion }));
  };
  server = createSecureServer({ ...LOCALHOST_CERTIFICATE, allowHTTP1: true }, serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  bus = new TestBus({
    outgoing: { rest: { CRM: { url, tls: { ca: LOCALHOST_CERTIFICATE.cert }, retry: 'off', ...settings } } },
  });
}

describe('an upstream that offers HTTP/2', () => {
  it.each([
    [true, '2.0'],
    [false, '1.1'],
  ])('with allowH2: %s is spoken to in HTTP/%s', async (allowH2, version) => {
    await start({ allowH2 });

    const responses = await bus.run((crm) =>
      Promise.all([crm.get('/'), crm.get('/'), crm.post('/', { body: { a: 1 } })]),
    );

    expect(responses.map(({ data }) => data)).toEqual([{ version }, { version }, { version }]);
  });

  it('times out, and its stream is reset', async () => {
    await start({ allowH2: true, timeout: '100ms' });
    await bus.run((crm) => crm.get('/'));
    const startedMs = performance.now();

    const failure = await catchRejection(bus.run((crm) => crm.get('/mute')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', wasSent: true });
    expect(performance.now() - startedMs).toBeLessThan(200);
    await waitUntil(() => aborted === 1);
    await expect(bus.run((crm) => crm.get('/'))).resolves.toMatchObject({ status: 200 });
  });
});

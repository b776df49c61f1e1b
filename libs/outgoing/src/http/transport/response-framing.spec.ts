import { TestBus } from '../../test-bus.fixture';
import type { HttpMethod } from '../request/http-method';
import {
  createJsonResponse,
  createResponse,
  LOCALHOST_CERTIFICATE,
  type Script,
  ScriptedUpstream,
} from '@trunkline/testing';

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

async function start(script: Script, isSecure = false) {
  upstream = await (isSecure ? ScriptedUpstream.listenTls(script) : ScriptedUpstream.listen(script));
  const tls = isSecure ? { tls: { ca: LOCALHOST_CERTIFICATE.cert } } : {};
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', ...tls } } } });
}

const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
const EQUAL_LENGTHS = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n{"a":1}',
);

describe.each([
  ['http', false],
  ['https', true],
])('a response over %s that is valid, if unusual', (_scheme, isSecure) => {
  it.each<[string, HttpMethod, Buffer, object]>([
    ['304 with the length of the 200', 'GET', createResponse(304, '', { 'content-length': '99' }), { status: 304 }],
    ['304 with a length to a HEAD', 'HEAD', createResponse(304, '', { 'content-length': '99' }), { status: 304 }],
    ['204 with a length', 'DELETE', createResponse(204, '', { 'content-length': '2' }), { status: 204 }],
    ['100 that was not asked for', 'POST', Buffer.concat([CONTINUE, createJsonResponse({ a: 1 })]), { data: { a: 1 } }],
    ['two equal lengths', 'POST', EQUAL_LENGTHS, { data: { a: 1 } }],
  ])('%s: is accepted, and the socket is used again', async (_what, method, bytes, response) => {
    await start((socket) => socket.write(bytes), isSecure);

    await bus.run(async (crm) => {
      expect(await crm.request(method, '/')).toMatchObject(response);
      // undici takes a socket back in the next turn.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      expect(await crm.request(method, '/')).toMatchObject(response);
    });

    expect(upstream.requests).toHaveLength(2);
    expect(upstream.openSockets).toBe(1);
  });
});

describe('a response that arrives in pieces', () => {
  it('is accepted after a 100 that came by itself, before the body of the request was read', async () => {
    await start((socket) => {
      socket.write(CONTINUE);
      setImmediate(() => socket.write(EQUAL_LENGTHS));
    });

    expect(await bus.run((crm) => crm.post('/', { body: { a: 1 } }))).toMatchObject({ data: { a: 1 } });
  });

  it('may have any bytes in its body', async () => {
    const text = `${CONTINUE.toString()}${EQUAL_LENGTHS.toString()}`;
    const body = JSON.stringify([text, 'x'.repeat(200_000), text]);
    await start((socket) => {
      const bytes = createResponse(200, body, { 'content-type': 'application/json' });
      for (let at = 0; at < bytes.length; at += 50_000) socket.write(bytes.subarray(at, at + 50_000));
    });

    expect(await bus.run((crm) => crm.get('/'))).toMatchObject({ data: JSON.parse(body) as unknown });
  });
});

import { BusService, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'count' })
class Count extends Service {
  static runs = 0;
  handle() {
    Count.runs += 1;
    return { runs: Count.runs };
  }
}

const channels = `
channels:
  rest:
    things.get: { method: GET, path: '/things/{id}', service: count }
    things.post: { method: POST, path: /things, service: count }
    secret: { method: POST, path: /smuggled, service: count }
`;

/** A request that is hidden in the body of another one. */
const SMUGGLED = 'POST /smuggled HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const POST = ['POST /things HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
const GET = ['GET /things/1 HTTP/1.1', 'Host: a'];

describe('Hostile input', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Count] });
  });
  afterAll(() => running.stop());
  beforeEach(() => {
    Count.runs = 0;
  });
  const raw = (lines: readonly string[], body: string | Buffer = '') =>
    sendRawBytes(
      running.url,
      Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]),
    );

  it.each([
    ['a length and chunks', [...POST, 'Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`],
    ['chunks and a length', [...POST, 'Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${SMUGGLED}`],
    ['two lengths', [...POST, 'Content-Length: 2', 'Content-Length: 100'], `{}${SMUGGLED}`],
    ['the same length twice', [...POST, 'Content-Length: 2', 'Content-Length: 2'], `{}${SMUGGLED}`],
    ['lengths in a list', [...POST, 'Content-Length: 2, 2'], `{}${SMUGGLED}`],
    ['a length with a sign', [...POST, 'Content-Length: +2'], `{}${SMUGGLED}`],
    ['a negative length', [...POST, 'Content-Length: -2'], `{}${SMUGGLED}`],
    ['a length in hex', [...POST, 'Content-Length: 0x2'], `{}${SMUGGLED}`],
    ['a blank before the colon', [...POST, 'Transfer-Encoding : chunked'], `0\r\n\r\n${SMUGGLED}`],
    ['a folded line', [...POST, 'Transfer-Encoding:', ' chunked'], `0\r\n\r\n${SMUGGLED}`],
    ['a header name with a blank', [...POST, 'Bad Name: x', 'Content-Length: 2'], `{}${SMUGGLED}`],
    ['a chunk size that is none', [...POST, 'Transfer-Encoding: chunked'], `2;\nx\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
    ['a chunk longer than it says', [...POST, 'Transfer-Encoding: chunked'], `2\r\n{}x\r\n0\r\n\r\n${SMUGGLED}`],
    ['a negative chunk', [...POST, 'Transfer-Encoding: chunked'], `-2\r\n{}\r\n0\r\n\r\n${SMUGGLED}`],
    ['a NUL in a header', [...GET, 'X-Own: a\0b'], SMUGGLED],
    ['a bare CR in a header', [...GET, 'X-Own: a\rb'], SMUGGLED],
    ['a bare LF as end of line', ['GET /things/1 HTTP/1.1\nHost: a\nX: y'], SMUGGLED],
    ['a blank before the first header', ['GET /things/1 HTTP/1.1', ' Host: a'], SMUGGLED],
    ['two Hosts', [...GET, 'Host: b'], ''],
    ['an empty Host line and another', ['GET /things/1 HTTP/1.1', 'Host:', 'Host: a'], ''],
    ['a version that it does not speak', ['GET /things/1 HTTP/2.0', 'Host: a'], ''],
    ['a version that is none', ['GET /things/1 HTTP/1.15', 'Host: a'], SMUGGLED],
    ['a version of long ago', ['GET /things/1'], ''],
    ['bytes of TLS', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'], ''],
    ['a target with a control character', ['GET /things/a\x01b HTTP/1.1', 'Host: a'], ''],
    ['a target with a blank', ['GET /things/a b HTTP/1.1', 'Host: a'], ''],
  ])('gets one 400, and the connection is closed: %s', async (_what, lines, body) => {
    const response = await raw(lines, body);

    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(response.toLowerCase()).toContain('connection: close');
    expect(response).toContain('"code":"BAD_REQUEST"');
    expect(response.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    expect(Count.runs).toBe(0);
  });

  it.each([
    ['gzip before chunked', 'gzip, chunked'],
    ['chunked twice', 'chunked, chunked'],
    ['identity', 'identity'],
    ['something else', 'xchunked'],
    ['a quoted one', '"chunked"'],
    ['a parameter', 'chunked;q=1'],
  ])('gets one 501 or 400, and the connection is closed, with the transfer coding %s', async (_what, coding) => {
    const response = await raw([...POST, `Transfer-Encoding: ${coding}`], `0\r\n\r\n${SMUGGLED}`);

    expect(response).toMatch(/^HTTP\/1\.1 (?:501|400) /);
    expect(response.toLowerCase()).toContain('connection: close');
    expect(response.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    expect(Count.runs).toBe(0);
  });

  it.each(['a b', 'a/b', 'user@a', 'a:b', '[::1', 'a\\b', 'a"b', 'a?b', 'ä', 'a:80:80'])(
    'rejects %j as Host, and closes the connection',
    async (host) => {
      const response = await raw(['GET /things/1 HTTP/1.1', `Host: ${host}`], SMUGGLED);

      expect(response.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400']);
      expect(response).toContain('"code":"BAD_REQUEST"');
    },
  );

  it.each(['', 'a', 'a.example:8080', 'my_host', '[::1]:80', '127.0.0.1:', 'xn--bcher-kva.example', 'a%20b'])(
    'accepts %j as Host',
    async (host) => {
      const response = await raw(['GET /things/1 HTTP/1.1', `Host: ${host}`, 'Connection: close']);

      expect(response).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it.each([
    ['no Host in HTTP/1.1', ['GET /things/1 HTTP/1.1'], 400, 'BAD_REQUEST'],
    ['CONNECT', ['CONNECT example.com:443 HTTP/1.1', 'Host: example.com'], 501, 'NOT_IMPLEMENTED'],
    ['TRACE', ['TRACE /things/1 HTTP/1.1', 'Host: a'], 405, 'METHOD_NOT_ALLOWED'],
    ['an expectation of its own', [...POST, 'Expect: something', 'Content-Length: 2'], 417, 'EXPECTATION_FAILED'],
    ['a target of another server', ['GET http://elsewhere/unknown HTTP/1.1', 'Host: a'], 404, 'ROUTE_NOT_FOUND'],
    ['a target that is only *', ['GET * HTTP/1.1', 'Host: a'], 404, 'ROUTE_NOT_FOUND'],
    ['an upgrade without support', [...GET, 'Upgrade: websocket'], 200, ''],
    ['a body that GET does not need', [...GET, 'Content-Type: application/json', 'Content-Length: 2'], 200, ''],
  ])('gets an error in the format of the bus: %s', async (_what, lines, status, code) => {
    const response = await raw(
      [...lines, 'Connection: close'],
      lines.some((line) => line.startsWith('Content-Length')) ? '{}' : '',
    );

    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    if (code) expect(response).toContain(`"code":"${code}"`);
    expect(response.toLowerCase()).toContain('x-request-id: ');
  });

  it('leaves the connection usable after a rejection that has read the body', async () => {
    const rejected = [...POST, 'Content-Length: 5'].join('\r\n');
    const good = [...POST, 'Content-Length: 2', 'Connection: close'].join('\r\n');

    const response = await sendRawBytes(running.url, `${rejected}\r\n\r\n{"a":${good}\r\n\r\n{}`);

    expect(response.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
    expect(Count.runs).toBe(1);
  });

  it.each([
    ['of a client that closes', [...GET, 'Connection: close']],
    ['that is rejected', [...GET, 'Host: b']],
  ])('is ignored on a connection after the last request %s', async (_what, lines) => {
    const response = await raw(lines, SMUGGLED);

    expect(response.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    expect(Count.runs).toBeLessThanOrEqual(1);
    expect(response).not.toContain('"runs":2');
  });

  it('cannot make an unread body the next request', async () => {
    const rejected = [
      'POST /things HTTP/1.1',
      'Host: a',
      'Content-Type: text/plain',
      `Content-Length: ${SMUGGLED.length}`,
    ];

    const response = await sendRawBytes(running.url, `${rejected.join('\r\n')}\r\n\r\n${SMUGGLED}`, 1_000);

    expect(response.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415']);
    expect(Count.runs).toBe(0);
  });

  it('does not add members to the prototype of objects', async () => {
    const bodies = ['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"a":{"__proto__":null}}'];

    for (const body of bodies) {
      const response = await sendRequest(`${running.url}/things`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(response).toMatchObject({ status: 400, body: { code: 'MALFORMED_BODY' } });
    }

    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.get({}, 'a')).toBeUndefined();
  });

  it('is rejected with two members of one name, which a proxy may resolve in another way', async () => {
    const response = await sendRequest(`${running.url}/things`, {
      method: 'POST',
      body: '{"order":{"amount":1,"note":"a : b","\\u0061mount":1000}}',
      headers: { 'content-type': 'application/json' },
    });

    expect(response).toMatchObject({ status: 400, body: { code: 'MALFORMED_BODY' } });
    expect(response).toMatchObject({ body: { detail: 'the body has a duplicate member at #/order/amount' } });
    expect(Count.runs).toBe(0);
  });

  it('does not stop the bus', async () => {
    await expect(sendRequest(`${running.url}/things/1`)).resolves.toMatchObject({ status: 200, body: { runs: 1 } });
  });
});

import { Readable } from 'node:stream';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  static runs = 0;
  handle() {
    Echo.runs += 1;
    return this.request.input;
  }
}

@BusService({ name: 'endless' })
class Endless extends Service {
  handle() {
    return new Readable({ read: () => undefined });
  }
}

@BusService({ name: 'bytes' })
class Bytes extends Service {
  handle() {
    return Buffer.from([1, 2, 3]);
  }
}

const channels = `
channels:
  rest:
    things.get: { method: GET, path: '/things/{id}', service: echo }
    things.put: { method: PUT, path: '/things/{id}', service: echo }
    things.post: { method: POST, path: /things, service: echo }
    endless: { method: GET, path: /endless, service: endless }
    bytes: { method: GET, path: /bytes, service: bytes }
`;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('HTTP', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: {
        'channels.yaml': channels,
        'test-bus.yaml': 'bus: { http: { port: 0, bodyLimit: 1KiB }, log: { level: debug } }',
      },
      services: [Echo, Endless, Bytes],
    });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);
  const raw = (lines: readonly string[], body = '') =>
    sendRawBytes(running.url, `${lines.join('\r\n')}\r\n\r\n${body}`);

  it('has an id in every response: the one of the client, if it is valid', async () => {
    const own = await at('/things/1', { headers: { 'x-request-id': 'my-id.1' } });
    const bad = await at('/things/1', { headers: { 'x-request-id': 'not an id' } });

    expect(own.headers.get('x-request-id')).toBe('my-id.1');
    expect(bad.headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/);
  });

  it('responds to HEAD as to GET, without a body', async () => {
    const { status, headers, text } = await at('/things/1', { method: 'HEAD' });

    expect(status).toBe(200);
    expect(headers.get('content-length')).toBe(String('{"id":"1"}'.length));
    expect(text).toBe('');
  });

  it('responds to HEAD with the length of bytes, and before a stream has ended', async () => {
    const bytes = await at('/bytes', { method: 'HEAD' });
    const endless = await at('/endless', { method: 'HEAD' });

    expect([bytes.status, bytes.headers.get('content-length'), bytes.text]).toEqual([200, '3', '']);
    expect([endless.status, endless.headers.get('content-type'), endless.text]).toEqual([
      200,
      'application/octet-stream',
      '',
    ]);
  });

  it('responds to OPTIONS * with the methods of all paths', async () => {
    const response = await sendRawBytes(running.url, 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');

    expect(response).toMatch(/^HTTP\/1\.1 204 /);
    expect(response.toLowerCase()).toContain('allow: get, head, put, post, options\r\n');
  });

  it('responds to OPTIONS with the methods of the path', async () => {
    const { status, headers } = await at('/things/1', { method: 'OPTIONS' });

    expect(status).toBe(204);
    expect(headers.get('allow')).toBe('GET, HEAD, PUT, OPTIONS');
  });

  it.each([
    ['DELETE', '/things/1', 'GET, HEAD, PUT, OPTIONS'],
    ['GET', '/things', 'POST, OPTIONS'],
    ['PATCH', '/things', 'POST, OPTIONS'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['PUT', '/errors/conflict', 'GET, HEAD, OPTIONS'],
  ])('responds to %s %s with 405 and Allow', async (method, path, allow) => {
    const { status, headers, body } = await at(path, { method });

    expect(status).toBe(405);
    expect(headers.get('allow')).toBe(allow);
    expect(body['code']).toBe('METHOD_NOT_ALLOWED');
  });

  it.each(['/nothing', '/Things/1', '/things/1/', '/things/'])('has no route %s', async (path) => {
    const { status, body } = await at(path);

    expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  it.each([
    ['text/html', 406],
    ['text/html, image/*;q=0.8', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json;q=0.1', 200],
    ['application/problem+json', 200],
    ['application/*', 200],
    ['*/*', 200],
  ])('responds to Accept: %s with %d', async (accept, status) => {
    await expect(at('/things/1', { headers: { accept } })).resolves.toMatchObject({ status });
  });

  it.each([
    ['{"a":', 400, 'MALFORMED_BODY'],
    ['  ', 400, 'MALFORMED_BODY'],
    ['{"a":1}x', 400, 'MALFORMED_BODY'],
    ['{"a":12345678901234567890}', 400, 'MALFORMED_BODY'],
    ['{"a":1e400}', 400, 'MALFORMED_BODY'],
    [nested(65), 400, 'MALFORMED_BODY'],
    [`{"a":"${'x'.repeat(1_100)}"}`, 413, 'CONTENT_TOO_LARGE'],
  ])('rejects the body %.30s with %d %s', async (text, status, code) => {
    const before = Echo.runs;

    await expect(at('/things', createJsonRequest('POST', text))).resolves.toMatchObject({ status, body: { code } });
    expect(Echo.runs).toBe(before);
  });

  it.each(['1e22', '6.02214076e23', '1.7976931348623157e308', '-0', '1.0', '100e-2'])(
    'accepts the number %s, which its double prints again',
    async (number) => {
      const { status, body } = await at('/things', createJsonRequest('POST', `{"a":[${number}]}`));

      expect({ status, body }).toEqual({ status: 200, body: { a: [Number(number) || 0] } });
    },
  );

  it('accepts a body of the configured depth', async () => {
    await expect(at('/things', createJsonRequest('POST', nested(64)))).resolves.toMatchObject({ status: 200 });
  });

  it('rejects a body that is not UTF-8', async () => {
    const body = new Uint8Array([0x22, 0xff, 0x22]);

    await expect(
      at('/things', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    ).resolves.toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_BODY' },
    });
  });

  it.each([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/x-www-form-urlencoded' }],
    [{ 'content-type': 'application/json; charset=utf-16' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'zstd' }],
    [{ 'content-type': 'application/json garbage' }],
  ])('rejects a body with %j', async (headers) => {
    await expect(at('/things', { method: 'POST', headers, body: '{}' })).resolves.toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });

  it.each(['application/json; charset=UTF-8', 'application/vnd.acme.order+json', 'APPLICATION/JSON'])(
    'reads a body of %s',
    async (type) => {
      await expect(
        at('/things', { method: 'POST', headers: { 'content-type': type }, body: '{"a":1}' }),
      ).resolves.toMatchObject({ status: 200, body: { a: 1 } });
    },
  );

  it('rejects URIs and parameters that are too long', async () => {
    await expect(at(`/things/${'x'.repeat(1_025)}`)).resolves.toMatchObject({
      status: 414,
      body: { code: 'URI_TOO_LONG' },
    });
    await expect(at(`/things/1?${'x'.repeat(8_192)}`)).resolves.toMatchObject({
      status: 414,
      body: { code: 'URI_TOO_LONG' },
    });
    await expect(at(`/things/${'x'.repeat(1_024)}`)).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['an address that cannot be decoded', ['GET /things/%zz HTTP/1.1', 'Host: a'], 400, 'BAD_REQUEST'],
    ['a second Host', ['GET /things/1 HTTP/1.1', 'Host: a', 'Host: b'], 400, 'BAD_REQUEST'],
    ['no Host', ['GET /things/1 HTTP/1.1'], 400, 'BAD_REQUEST'],
    ['a line that is not HTTP', ['NONSENSE'], 400, 'BAD_REQUEST'],
    [
      'headers that are too large',
      ['GET /things/1 HTTP/1.1', 'Host: a', `X: ${'x'.repeat(20_000)}`],
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'a length and chunks at once',
      ['POST /things HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      400,
      'BAD_REQUEST',
    ],
    [
      'an unknown expectation',
      ['POST /things HTTP/1.1', 'Host: a', 'Expect: 200-ok', 'Content-Length: 0'],
      417,
      'EXPECTATION_FAILED',
    ],
    [
      'an unknown transfer coding',
      ['POST /things HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked'],
      501,
      'NOT_IMPLEMENTED',
    ],
    ['a method that HTTP does not know', ['BREW /things HTTP/1.1', 'Host: a'], 501, 'NOT_IMPLEMENTED'],
  ])('responds to %s in the format of the bus', async (_what, lines, status, code) => {
    const response = await raw([...lines, 'Connection: close']);
    const [head = '', body = ''] = response.split('\r\n\r\n');

    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(head.toLowerCase()).toContain('x-request-id: ');
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  it.each([
    ['an unknown expectation', 'POST /things HTTP/1.1', 'Expect: 200-ok'],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1', 'Accept: */*'],
  ])('returns the X-Request-ID of the client in the error response to %s', async (_what, requestLine, line) => {
    const response = await raw([requestLine, 'Host: a', line, 'X-Request-ID: mine-1', 'Connection: close']);

    expect(response).toMatch(/^x-request-id: mine-1\r$/im);
    expect(response).toContain('"request_id":"mine-1"');
  });

  it('responds 400 to an invalid chunk, and closes the connection', async () => {
    const response = await raw(
      ['POST /things HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Transfer-Encoding: chunked'],
      'zz\r\n',
    );

    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(response.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('discloses to clients whether the bus is up, and no more', async () => {
    await expect(at('/health/live')).resolves.toMatchObject({ status: 200, body: { status: 'up' } });
    await expect(at('/health/ready')).resolves.toMatchObject({ status: 200, text: '{"status":"up"}' });
  });
});

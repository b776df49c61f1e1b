import { once } from 'node:events';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusService, ConflictError, NotFoundError, Service } from 'trunkline';
import { type HttpResponse, sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

/** Responds as the path requests. */
function lyingUpstream(): Server {
  return createServer((request, response) => {
    const how = (request.url ?? '').slice(1);
    if (how === 'reset') request.socket.destroy();
    else if (how === 'html') response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>');
    else if (how === 'large') response.setHeader('content-type', 'application/json').end(`"${'x'.repeat(4_096)}"`);
    else if (how === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (how === '403') response.writeHead(403).end();
    else if (how !== 'hang') response.writeHead(Number(how), { 'retry-after': '60' }).end();
  });
}

@BusService({ name: 'fail', errors: { OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } } })
class Fail extends Service<{ how: string }> {
  async handle() {
    const { how } = this.request.input;
    if (how === 'missing') throw new NotFoundError('There is no such thing');
    if (how === 'conflict') throw new ConflictError('Somebody was quicker');
    if (how === 'declared') throw this.error('OUT_OF_STOCK', { items: ['A'] });
    if (how === 'deadline') await new Promise(() => undefined);
    if (how === 'full') await Promise.all([this.#hang(), this.#hang(), this.#hang()]);
    throw new Error('a bug');
  }

  #hang() {
    return this.out.rest['narrow']?.get('/hang', {});
  }
}

@BusService({ name: 'ask.upstream', input: ['connection', 'how'] })
class AskUpstream extends Service<{ connection: string; how: string }> {
  handle() {
    const { connection, how } = this.request.input;
    return this.invokeDynamic(`adapter.${connection}`, { how });
  }
}

@BusService({ name: 'named', input: ['sku'] })
class Named extends Service<{ sku: string }> {
  handle() {
    return {};
  }
}

const channels = `
channels:
  rest:
    fail: { method: GET, path: '/fail/{how}', service: fail }
    late: { method: GET, path: '/late/{how}', service: fail, timeout: 50ms }
    upstream: { method: GET, path: '/upstream/{connection}/{how}', service: ask.upstream }
    named: { method: POST, path: /named, service: named }
    keyed: { method: POST, path: /keyed, service: named, security: [key], scopes: [write] }
    basic: { method: POST, path: /basic, service: named, security: [basic] }
    token: { method: POST, path: /token, service: named, security: [token] }
    jwt: { method: POST, path: /jwt, service: named, security: [jwt] }
    rare: { method: GET, path: '/rare/{how}', service: fail, rateLimit: { limit: 1, per: 1h, by: channel } }
    once: { method: POST, path: /once, service: named, idempotency: required }
    closed: { method: POST, path: /closed, service: named, maintenance: { retryAfter: 10m } }
    later: { method: POST, path: /later, service: named, async: true }
security:
  key: { type: apiKey, header: X-API-Key, callers: [{ name: reader, key: key-of-reader }] }
  basic: { type: basic, callers: [{ name: acme, username: acme, password: password-of-acme }] }
  token: { type: bearer, callers: [{ name: acme, token: token-of-acme }] }
  jwt: { type: jwt, algorithms: [HS256], secret: 0123456789abcdef0123456789abcdef, issuer: us, audience: bus }
`;
const adapter = (name: string, url: string, more = '', timeout = '5s') =>
  `    ${name}: { url: '${url}', timeout: ${timeout}, retry: off, ${more} services: { adapter.${name}: { method: GET, path: '/{how}' } } }`;
const outgoing = (port: number) => `
outgoing:
  rest:
${adapter('upstream', `http://127.0.0.1:${port}`, 'circuitBreaker: off, hold: off, maxResponse: 1KiB,')}
${adapter('slow', `http://127.0.0.1:${port}`, 'circuitBreaker: off,', '50ms')}
${adapter('nobody', 'http://127.0.0.1:1', 'circuitBreaker: off,')}
${adapter('nameless', 'http://nobody.invalid', 'circuitBreaker: off,')}
${adapter('plain', `https://127.0.0.1:${port}`, 'circuitBreaker: off,')}
${adapter('broken', `http://127.0.0.1:${port}`, 'circuitBreaker: { consecutive: 1, openFor: 60s },')}
${adapter('held', `http://127.0.0.1:${port}`)}
${adapter('narrow', `http://127.0.0.1:${port}`, 'circuitBreaker: off, bulkhead: { concurrent: 1, queue: 1, queueTimeout: 50ms },', '300ms')}
`;

interface Row {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly code: string;
  /** Headers that belong to the row. */
  readonly headers?: readonly string[];
}

const upstreamRow = (how: string | number, status: number, code: string, headers: readonly string[] = []): Row => ({
  path: `/upstream/upstream/${how}`,
  status,
  code,
  headers,
});
const keyed = (headers: Readonly<Record<string, string>>, path = '/keyed'): Pick<Row, 'path' | 'init'> => ({
  path,
  init: createJsonRequest('POST', { sku: 'A' }, headers),
});
const CHALLENGE = ['www-authenticate'];
const EXPIRED = expiredToken('0123456789abcdef0123456789abcdef');
const TOO_LARGE = createJsonRequest('POST', { sku: 'x'.repeat(2_000) });
const ROWS: readonly Row[] = [
  { path: '/named', init: createJsonRequest('POST', '{"sku":'), status: 400, code: 'MALFORMED_BODY' },
  { path: '/named', init: createJsonRequest('POST', {}), status: 400, code: 'VALIDATION_FAILED' },
  { path: '/fail/%zz', status: 400, code: 'BAD_REQUEST' },
  { path: '/nothing', status: 404, code: 'ROUTE_NOT_FOUND' },
  { path: '/fail/missing', status: 404, code: 'RESOURCE_NOT_FOUND' },
  { path: '/named', status: 405, code: 'METHOD_NOT_ALLOWED', headers: ['allow'] },
  { path: '/fail/bug', init: { headers: { accept: 'text/html' } }, status: 406, code: 'NOT_ACCEPTABLE' },
  { path: '/named', init: { method: 'POST', body: 'a=b' }, status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
  { path: '/named', init: TOO_LARGE, status: 413, code: 'CONTENT_TOO_LARGE' },
  { path: `/fail/${'x'.repeat(2_000)}`, status: 414, code: 'URI_TOO_LONG' },
  { path: '/fail/a', init: { headers: { 'x-own': 'x'.repeat(20_000) } }, status: 431, code: 'HEADERS_TOO_LARGE' },
  { path: '/fail/conflict', status: 409, code: 'CONFLICT' },
  { path: '/fail/declared', status: 422, code: 'OUT_OF_STOCK' },
  { path: '/upstream/nobody/x', status: 502, code: 'UPSTREAM_UNREACHABLE' },
  { path: '/upstream/nameless/x', status: 502, code: 'UPSTREAM_DNS_FAILED' },
  { path: '/upstream/plain/x', status: 502, code: 'UPSTREAM_TLS_FAILED' },
  upstreamRow('reset', 502, 'UPSTREAM_PROTOCOL_ERROR'),
  upstreamRow('html', 502, 'UPSTREAM_INVALID_RESPONSE'),
  upstreamRow('large', 502, 'UPSTREAM_RESPONSE_TOO_LARGE'),
  upstreamRow('redirect', 502, 'UPSTREAM_REDIRECT'),
  { path: '/upstream/slow/hang', status: 504, code: 'UPSTREAM_TIMEOUT' },
  upstreamRow(404, 404, 'UPSTREAM_NOT_FOUND'),
  upstreamRow(409, 409, 'UPSTREAM_CONFLICT'),
  upstreamRow(410, 410, 'UPSTREAM_GONE'),
  upstreamRow(412, 412, 'UPSTREAM_PRECONDITION_FAILED'),
  upstreamRow(401, 502, 'UPSTREAM_AUTH_FAILED'),
  upstreamRow(403, 502, 'UPSTREAM_AUTH_FAILED'),
  upstreamRow(407, 502, 'UPSTREAM_AUTH_FAILED'),
  upstreamRow(408, 504, 'UPSTREAM_TIMEOUT'),
  upstreamRow(429, 503, 'UPSTREAM_RATE_LIMITED', ['retry-after']),
  upstreamRow(503, 503, 'UPSTREAM_UNAVAILABLE', ['retry-after']),
  upstreamRow(418, 502, 'UPSTREAM_REJECTED'),
  upstreamRow(500, 502, 'UPSTREAM_ERROR'),
  upstreamRow(501, 502, 'UPSTREAM_ERROR'),
  { path: '/upstream/held/500', status: 503, code: 'UPSTREAM_RATE_LIMITED', headers: ['retry-after'] },
  { path: '/upstream/broken/500', status: 503, code: 'CIRCUIT_OPEN', headers: ['retry-after'] },
  { path: '/fail/full', status: 503, code: 'OVERLOADED', headers: ['retry-after'] },
  { path: '/late/deadline', status: 504, code: 'DEADLINE_EXCEEDED' },
  { path: '/fail/bug', status: 500, code: 'INTERNAL_ERROR' },
  { ...keyed({}), status: 401, code: 'AUTH_REQUIRED', headers: CHALLENGE },
  { ...keyed({ 'x-api-key': 'wrong' }), status: 401, code: 'INVALID_CREDENTIALS', headers: CHALLENGE },
  { ...keyed({ authorization: 'Basic ???' }, '/basic'), status: 401, code: 'INVALID_AUTH_HEADER', headers: CHALLENGE },
  { ...keyed({ authorization: 'Bearer wrong' }, '/token'), status: 401, code: 'INVALID_TOKEN', headers: CHALLENGE },
  { ...keyed({ authorization: `Bearer ${EXPIRED}` }, '/jwt'), status: 401, code: 'TOKEN_EXPIRED', headers: CHALLENGE },
  { ...keyed({ 'x-api-key': 'key-of-reader' }), status: 403, code: 'FORBIDDEN' },
  { path: '/rare/bug', status: 429, code: 'RATE_LIMIT_EXCEEDED', headers: ['retry-after', 'ratelimit'] },
  { ...keyed({}, '/once'), status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED' },
  { ...keyed({ 'idempotency-key': 'used' }, '/once'), status: 422, code: 'IDEMPOTENCY_KEY_REUSED' },
  { ...keyed({}, '/closed'), status: 503, code: 'MAINTENANCE', headers: ['retry-after'] },
  { ...keyed({}, '/later'), status: 503, code: 'STORE_UNAVAILABLE', headers: ['retry-after'] },
  { path: '/jobs/01M7Z4HPF9KHGB74G8FA15HXX0', status: 503, code: 'STORE_UNAVAILABLE', headers: ['retry-after'] },
];

const FLAT: Readonly<Record<string, string>> = {
  ROUTE_NOT_FOUND: 'not_found',
  MALFORMED_BODY: 'bad_request',
  BAD_REQUEST: 'bad_request',
  AUTH_REQUIRED: 'unauthorized_client',
  INVALID_CREDENTIALS: 'unauthorized_client',
};

/** The code and the id of the request in each format. */
const FORMATS = {
  problem: (code: string, id: string | null) => ({ code, request_id: id }),
  envelope: (code: string, id: string | null) => ({ error: { code, request_id: id } }),
  flat: (code: string, id: string | null) => ({ error: FLAT[code] ?? code.toLowerCase(), request_id: id }),
} as const;

const FORMAT_NAMES = ['problem', 'envelope', 'flat'] as const;
type Format = (typeof FORMAT_NAMES)[number];

const upstream = lyingUpstream();
const buses = new Map<Format, RunningBus>();

// In parallel, since each of them waits for its unavailable job store when it starts and stops.
beforeAll(async () => {
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  await Promise.all(FORMAT_NAMES.map(start));
});

afterAll(async () => {
  await Promise.all([...buses.values()].map((bus) => bus.stop()));
  upstream.closeAllConnections();
  upstream.close();
});

async function start(format: Format): Promise<void> {
  const bus = await startBus({
    config: {
      'channels.yaml': channels,
      'outgoing.yaml': outgoing((upstream.address() as AddressInfo).port),
      'test-bus.yaml': `bus: { http: { port: 0, bodyLimit: 1KiB }, jobs: { backend: 'redis://127.0.0.1:1' }, errors: { format: ${format} }, shutdown: { grace: 1ms } }`,
    },
    services: [Fail, AskUpstream, Named],
  });
  buses.set(format, bus);
  await sendRequest(`${bus.url}/upstream/broken/500`);
  await sendRequest(`${bus.url}/upstream/held/429`);
  await sendRequest(`${bus.url}/rare/bug`);
  await sendRequest(`${bus.url}/once`, createJsonRequest('POST', { sku: 'B' }, { 'idempotency-key': 'used' }));
}

describe.each(FORMAT_NAMES)('the table of failures, in the format %s', (format) => {
  const responses = new Map<Row, HttpResponse>();

  // Concurrently, since several rows wait for a timeout.
  beforeAll(() =>
    Promise.all(
      ROWS.map(async (row) => responses.set(row, await sendRequest(`${buses.get(format)?.url}${row.path}`, row.init))),
    ),
  );

  it.each(ROWS.map((row) => ({ ...row, row })))(
    'is right about $code ($status)',
    ({ row, status, code, headers = [] }) => {
      const response = responses.get(row);
      if (!response) throw new Error('expected a response');

      expect(response.status).toBe(status);
      expect(response.body).toMatchObject(FORMATS[format](code, response.headers.get('x-request-id')));
      expect(getMediaType(response)).toBe(format === 'problem' ? 'application/problem+json' : 'application/json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      for (const header of headers) expect(response.headers.get(header)).not.toBeNull();
      expect(response.text).not.toMatch(/127\.0\.0\.1|nobody\.invalid|a bug|at .*\.ts|node_modules/);
    },
  );
});

/** A token of 1970 (RFC 7519). */
function expiredToken(secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ sub: 'acme', iss: 'us', aud: 'bus', exp: 1 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function getMediaType({ headers }: HttpResponse): string | null {
  return headers.get('content-type');
}

import { BusService, NotFoundError, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

const LARGE = { text: 'all work and no play '.repeat(1_000) };

@BusService({ name: 'give', input: ['-what'] })
class Give extends Service<{ what?: string }> {
  handle() {
    const { what } = this.request.input;
    if (what === 'large') return LARGE;
    if (what === 'csv') return this.#with('content-type', 'text/csv', Buffer.from('a,b\n'));
    if (what === 'tagged') return this.#with('etag', '"own"', { own: true });
    if (what === 'varied') return this.#with('vary', 'accept-language', { varied: true });
    if (what === 'linked') return this.#with('link', '</plain>; rel="related"', { linked: true });
    if (what === 'void') return undefined;
    if (what === 'nothing') throw new NotFoundError('There is nothing');
    return { small: true };
  }

  #with(header: string, value: string, payload: object) {
    this.response.headers[header] = value;
    return payload;
  }
}

const channels = `
channels:
  rest:
    plain: { method: GET, path: /plain, service: give }
    tagged: { method: GET, path: /tagged, service: give, etag: true }
    as.it.is: { method: GET, path: /as-it-is, service: give, compress: false }
    table: { method: GET, path: /table, service: give, produces: [text/csv] }
    old:
      method: GET
      path: /old
      service: give
      deprecated: { since: 2026-01-01, sunset: '2027-01-01T00:00:00Z', link: 'https://example.com/new' }
    open.get:
      method: GET
      path: /open
      service: give
      cors: { origins: ['https://app.example.com'], headers: [X-Own], expose: [X-Total], credentials: true, maxAge: 5m }
    below:
      method: GET
      path: /below
      service: give
      cors: { origins: ['https://*.example.com', 'http://*.localhost:3000'], credentials: true }
    open.put: { method: PUT, path: /open, service: give }
    anyone: { method: GET, path: /anyone, service: give, cors: { origins: ['*'] } }
`;

describe('A response', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Give] });
  });
  afterAll(() => running.stop());
  const at = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    sendRequest(`${running.url}${path}`, { method, headers });

  it('has an ETag if the channel has `etag`, and is a 304 for a client with that ETag', async () => {
    const first = await at('/tagged');
    const etag = first.headers.get('etag') ?? '';
    const second = await at('/tagged', { 'if-none-match': `"other", ${etag}` });

    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect(second).toMatchObject({ status: 304, text: '' });
    expect(second.headers.get('etag')).toBe(etag);
    expect(second.headers.get('x-request-id')).not.toBeNull();
    expect(second.headers.get('content-type')).toBeNull();
  });

  it('with 304 has the headers of the full response', async () => {
    const first = await at('/tagged?what=large', { 'accept-encoding': 'gzip' });
    const known = { 'if-none-match': first.headers.get('etag') ?? '', 'accept-encoding': 'gzip' };

    expect((await at('/tagged?what=large', known)).headers.get('vary')).toBe('accept-encoding');
  });

  it('without a body has no Content-Length, for HEAD as for GET', async () => {
    const notModified = await at('/tagged', { 'if-none-match': '*' }, 'HEAD');
    const empty = await at('/plain?what=void', {}, 'HEAD');

    expect([notModified.status, empty.status]).toEqual([304, 204]);
    expect([notModified, empty].map(({ headers }) => headers.get('content-length'))).toEqual([null, null]);
  });

  it('combines list headers of the service with those of the channel', async () => {
    const varied = await at('/open?what=varied', { origin: 'https://app.example.com' });
    const linked = await at('/old?what=linked');

    expect(varied.headers.get('vary')).toBe('origin, accept-language');
    expect(linked.headers.get('link')).toBe('<https://example.com/new>; rel="deprecation", </plain>; rel="related"');
  });

  it.each([
    ['another validator', 'W/"other"', 200],
    ['any validator', '*', 304],
    ['nonsense', 'nonsense', 200],
  ])('is compared with the ETags of the client: %s', async (_what, header, status) => {
    await expect(at('/tagged', { 'if-none-match': header })).resolves.toMatchObject({ status });
  });

  it('has the ETag that the service sets', async () => {
    const answer = await at('/tagged?what=tagged');

    expect(answer.headers.get('etag')).toBe('"own"');
    await expect(at('/tagged?what=tagged', { 'if-none-match': 'W/"own"' })).resolves.toMatchObject({ status: 304 });
  });

  it('has no ETag without `etag`, and none when it is an error', async () => {
    const plain = await at('/plain');
    const failed = await at('/tagged?what=nothing');

    expect(plain.headers.get('etag')).toBeNull();
    expect(failed.headers.get('etag')).toBeNull();
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=1, br;q=0', 'gzip'],
    ['identity', null],
    ['unknown', null],
  ])('that is large has a content coding that the client accepts: %s', async (accepted, coding) => {
    const answer = await at('/plain?what=large', { 'accept-encoding': accepted });

    expect(answer.headers.get('content-encoding')).toBe(coding);
    expect(answer.headers.get('vary')).toBe('accept-encoding');
    expect(answer.body).toEqual(LARGE);
  });

  it('that is small, or of a channel with `compress: false`, is not compressed', async () => {
    const small = await at('/plain', { 'accept-encoding': 'gzip' });
    const large = await at('/as-it-is?what=large', { 'accept-encoding': 'gzip' });

    expect(small.headers.get('content-encoding')).toBeNull();
    expect(large.headers.get('content-encoding')).toBeNull();
    expect(large.headers.get('vary')).toBeNull();
  });

  it('has a media type that the channel produces, or is a 406', async () => {
    const table = await at('/table?what=csv', { accept: 'text/csv' });

    expect(table).toMatchObject({ status: 200, text: 'a,b\n' });
    await expect(at('/table?what=csv', { accept: 'application/json' })).resolves.toMatchObject({
      status: 406,
      body: { code: 'NOT_ACCEPTABLE', acceptable: ['text/csv'] },
    });
    await expect(at('/plain', { accept: 'application/json;q=0, text/html' })).resolves.toMatchObject({ status: 406 });
  });

  it.each(['/old', '/old?what=nothing', '/old?unknown=1'])(
    'of a deprecated channel has the Deprecation header, whatever its status: %s',
    async (path) => {
      const { headers } = await at(path);

      expect(headers.get('deprecation')).toBe('@1767225600');
      expect(headers.get('sunset')).toBe('Fri, 01 Jan 2027 00:00:00 GMT');
      expect(headers.get('link')).toBe('<https://example.com/new>; rel="deprecation"');
    },
  );

  it.each(['/open', '/open?what=nothing'])('is readable for pages of the origins of its channel: %s', async (path) => {
    const { headers } = await at(path, { origin: 'https://app.example.com' });

    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toBe('X-Request-ID, Retry-After, Location, X-Total');
    expect(headers.get('vary')).toBe('origin');
  });

  it.each([
    ['/open', 'https://evil.example.com'],
    ['/open', 'null'],
    ['/open', 'https://app.example.com.evil.com'],
    ['/open', 'http://app.example.com'],
    ['/plain', 'https://app.example.com'],
  ])('of %s is not readable for pages of %s', async (path, origin) => {
    const { headers } = await at(path, { origin });

    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it.each(['https://app.example.com', 'https://a.b.example.com', 'http://shop.localhost:3000'])(
    'is readable for pages of sub-domains if the channel allows them: %s',
    async (origin) => {
      const { headers } = await at('/below', { origin });
      const preflight = await at('/below', { origin, 'access-control-request-method': 'GET' }, 'OPTIONS');

      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toBe('origin');
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    },
  );

  it.each([
    'https://example.com',
    'https://app.example.com:8443',
    'https://example.com.evil.net',
    'https://evilexample.com',
  ])('of a channel with sub-domains is not readable for pages of %s', async (origin) => {
    const { headers } = await at('/below', { origin });
    const preflight = await at('/below', { origin, 'access-control-request-method': 'GET' }, 'OPTIONS');

    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is readable for every page if the channel allows all origins', async () => {
    const { headers } = await at('/anyone', { origin: 'https://somewhere.example' });

    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('vary')).toBeNull();
  });

  it('to a preflight request lists what the channel of that method allows', async () => {
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' };
    const { status, headers } = await at('/open', preflight, 'OPTIONS');

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect(headers.get('access-control-allow-headers')).toBe('Content-Type, X-Own');
    expect(headers.get('access-control-max-age')).toBe('300');
    expect(headers.get('allow')).toBe('GET, HEAD, PUT, OPTIONS');
  });

  it.each([
    ['of another origin', 'https://evil.example.com', 'GET'],
    ['for a method whose channel is closed', 'https://app.example.com', 'PUT'],
  ])('to a preflight request %s allows nothing', async (_what, origin, method) => {
    const { status, headers } = await at('/open', { origin, 'access-control-request-method': method }, 'OPTIONS');

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('The configuration of responses', () => {
  it.each([
    ['cors: { origins: ["*"], credentials: true }', 'expected origins by name with `credentials`'],
    ['cors: { origins: ["app.example.com"] }', 'expected an origin as browsers send it'],
    [
      'cors: { origins: ["https://*.com"] }',
      'such as https://app.example.com, https://*.example.com for its sub-domains, or *',
    ],
    ['deprecated: { since: yesterday }', 'expected a date such as 2027-01-31'],
    ['deprecated: { since: 2027-01-01, sunset: 2026-01-01 }', 'expected a sunset that is not before the deprecation'],
    ['produces: [csv]', 'expected a media type in lower case, such as text/csv'],
    ['etag: true, method: POST', 'expected no `etag`: only responses to GET have one'],
  ])('%s is rejected', async (text, message) => {
    const method = text.includes('method:') ? '' : 'method: GET, ';
    const yaml = `channels: { rest: { a: { ${method} path: /a, service: give, ${text} } } }`;

    await expect(startBus({ config: { 'channels.yaml': yaml }, services: [Give] })).rejects.toThrow(message);
  });
});

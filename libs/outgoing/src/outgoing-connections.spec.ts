import { JobRun } from '@trunkline/service';
import { firstValueFrom } from 'rxjs';
import {
  createJsonResponse,
  createResponse,
  RecordingLogger,
  type Script,
  ScriptedUpstream,
  waitUntil,
} from '@trunkline/testing';
import { catchRejection, TestBus } from './test-bus.fixture';
import { outgoingSection } from './section';
import { OutgoingConnections } from './outgoing-connections';

const createOutgoing = (outgoing: object, security = {}) =>
  OutgoingConnections.open({
    outgoing: outgoingSection.schema.parse(outgoing),
    security,
    logger: new RecordingLogger(),
  });

describe('outgoing connections', () => {
  it('describe their effective settings without secrets', () => {
    const [description, other] = createOutgoing(
      {
        defaults: { timeout: '3s', retry: { attempts: 5 }, headers: { 'X-A': 'canary' } },
        rest: {
          CRM: {
            url: 'https://crm.test/v2',
            retry: { max: '1m' },
            maxResponse: '512KiB',
            headers: { 'X-B': 'canary' },
            forwardHeaders: ['X-Tenant'],
            redirects: { max: 3 },
            security: 'key',
            onStatus: { 404: { value: null } },
            ping: { path: '/health' },
            services: { 'adapter.a': { method: 'GET', path: '/' } },
          },
          Plain: { url: 'http://plain.test', retry: 'off' },
        },
      },
      { key: { type: 'apiKey', header: 'X-Api-Key', key: 'canary' } },
    ).describe();

    expect(description).toEqual({
      name: 'CRM',
      url: 'https://crm.test/v2',
      timeout: '3s',
      connectTimeout: '2s',
      total: '15s',
      maxResponse: '512KiB',
      maxHeader: '16KiB',
      numbers: 'exact',
      retry: { attempts: 5, initial: '50ms', max: '1m', budget: { ratio: 0.1, perSecond: 3 } },
      hold: { max: '5m' },
      circuitBreaker: {
        consecutive: 5,
        ratio: 0.5,
        minimum: 20,
        window: '10s',
        openFor: '5s',
        maxOpenFor: '1m',
        failures: ['5xx', 'unreachable', 'protocol', 'timeout', 'invalid'],
      },
      bulkhead: { concurrent: 64, queue: 64, queueTimeout: '500ms' },
      hedge: 'off',
      redirects: { max: 3 },
      idempotent: false,
      limit: 'off',
      headers: ['X-A', 'X-B'],
      forwardHeaders: ['X-Tenant'],
      security: 'key',
      onStatus: { 404: { value: null } },
      ping: { method: 'GET', path: '/health' },
      services: ['adapter.a'],
    });
    expect(other).toMatchObject({ timeout: '3s', maxResponse: '10MiB', retry: 'off', redirects: 'off' });
    expect(JSON.stringify([description, other])).not.toContain('canary');
  });

  it('require their credentials to exist', () => {
    expect(() => createOutgoing({ rest: { CRM: { url: 'http://crm.test', security: 'constructor' } } })).toThrow(
      new TypeError('the outgoing connection CRM names the credential constructor, which does not exist'),
    );
  });

  it('throw for a name that is not configured', () => {
    expect(() => createOutgoing({ rest: { CRM: { url: 'http://crm.test' } } }).http('CMR')).toThrow(
      'did you mean `CRM`?',
    );
  });
});

describe('the HTTP client of a connection', () => {
  let upstream: ScriptedUpstream;
  let bus: TestBus;
  const start = async (script: Script, settings = {}) => {
    upstream = await ScriptedUpstream.listen(script);
    const CRM = { url: `${upstream.url}/v2`, security: 'key', ...settings };
    bus = new TestBus({ outgoing: { rest: { CRM } }, security: { key: { type: 'bearer', token: 'ours' } } });
    return bus.rest.http('CRM');
  };
  afterEach(async () => {
    await bus.close();
    await upstream.close();
  });

  it('has the address, the credentials and the retries of the connection', async () => {
    const client = await start((socket, _request, count) =>
      socket.write(count === 1 ? createResponse(503) : createJsonResponse({ a: 1 }, 201, { 'x-b': 'c' })),
    );

    const response = await firstValueFrom(
      client.put('/things', { b: 2 }, { params: { q: 'x y' }, headers: { 'X-Own': '1' } }),
    );

    expect(response).toMatchObject({ status: 201, data: { a: 1 } });
    expect(response.headers['x-b']).toBe('c');
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.requests[1]).toMatch(/^PUT \/v2\/things\?q=x%20y HTTP/);
    expect(upstream.requests[1]).toMatch(/\r\nauthorization: Bearer ours\r\n/);
    expect(upstream.requests[1]).toMatch(/\r\ncontent-type: application\/json\r\n/);
    expect(upstream.requests[1]).toMatch(/\r\nx-own: 1\r\n/);
    expect(upstream.requests[1]?.endsWith('{"b":2}')).toBe(true);
  });

  it('fails as calls of services do', async () => {
    const client = await start((socket) => socket.resetAndDestroy(), { retry: 'off' });

    expect(await catchRejection(firstValueFrom(client.get('/')))).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR' });
    expect(await catchRejection(firstValueFrom(client.get('http://evil.test/')))).toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(await catchRejection(firstValueFrom(client.get('/', { headers: { Authorization: 'mine' } })))).toMatchObject(
      {
        code: 'BAD_REQUEST',
      },
    );
  });

  it('cancels the call when its subscriber leaves', async () => {
    const client = await start(() => undefined);

    const subscription = client.get('/').subscribe({ error: () => undefined });
    await waitUntil(() => upstream.requests.length === 1);
    subscription.unsubscribe();

    await waitUntil(() => upstream.openSockets === 0);
  });

  it('ends after the total time of the call', async () => {
    const client = await start(() => undefined, { total: '100ms' });

    expect(await catchRejection(firstValueFrom(client.get('/')))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('passes calls of services through the interceptors of its axios, and only then', async () => {
    const client = await start((socket) => socket.write(createJsonResponse({ a: 1 })));
    const urls: unknown[] = [];

    await bus.run((crm) => crm.get('/before'));
    const id = client.axiosRef.interceptors.request.use((config) => {
      urls.push(config.url);
      config.headers.set('X-Added', 'yes');
      return config;
    });
    await bus.run((crm) => crm.get('/things/{id}', { params: { id: 'a b' } }));
    client.axiosRef.interceptors.request.eject(id);
    await bus.run((crm) => crm.get('/after'));

    expect(urls).toEqual(['/things/a%20b']);
    expect(upstream.requests.map((request) => request.includes('x-added: yes'))).toEqual([false, true, false]);
  });

  it('returns the response of an interceptor to the service', async () => {
    const client = await start((socket) => socket.write(createJsonResponse({ a: 1 })));
    client.axiosRef.interceptors.response.use((response) => ({ ...response, data: { b: 2 } }));

    expect(await bus.run((crm) => crm.get('/'))).toMatchObject({ status: 200, ok: true, data: { b: 2 } });
  });

  it('rejects a call of a service whose interceptor returns no response', async () => {
    const client = await start((socket) => socket.write(createJsonResponse({ a: 1 })));
    client.axiosRef.interceptors.response.use(({ data }) => data as never);

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toEqual(new TypeError('an interceptor returned a value that is not a response'));
  });

  it('repeats a request that has options of axios-retry, where that is safe', async () => {
    const client = await start((socket) => socket.resetAndDestroy(), { retry: 'off' });
    const options: Record<string, unknown> = { 'axios-retry': { retries: 2, retryDelay: () => 0 } };

    await catchRejection(firstValueFrom(client.get('/', options)));
    await catchRejection(firstValueFrom(client.post('/', {}, options)));

    expect(upstream.requests.map((request) => request.split(' ')[0])).toEqual(['GET', 'GET', 'GET', 'POST']);
  });

  it('sends the correlation id and the Idempotency-Key of the job that uses it', async () => {
    const client = await start((socket) => socket.write(createJsonResponse({})));
    const job = new JobRun({ id: 'J-1', attempt: 1, enqueuedAt: new Date() });

    await bus.run(
      async (crm) => {
        await crm.post('/things', { body: { a: 1 } });
        await firstValueFrom(client.post('/things', { a: 1 }));
      },
      { job },
    );
    await firstValueFrom(client.post('/things', { a: 1 }));

    const [first, second, outside] = upstream.requests.map((request) => /idempotency-key: (\S+)/.exec(request)?.[1]);
    expect(first).toMatch(/^J-1\./);
    expect(second).toBe(`${first}.2`);
    expect(outside).toBeUndefined();
    expect(upstream.requests[1]).toContain('x-request-id: CID-1');
  });
});

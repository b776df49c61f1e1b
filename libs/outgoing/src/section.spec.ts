import { generateKeyPairSync } from 'node:crypto';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { outgoingSection } from './section';

const parse = (outgoing: unknown) => outgoingSection.schema.safeParse(outgoing);
const withCrm = (settings: object) => parse({ rest: { CRM: { url: 'http://crm.test', ...settings } } });
const problems = (result: ReturnType<typeof parse>) =>
  result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
const anotherKey = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

describe('the section outgoing', () => {
  it('may be left out', () => {
    expect(parse({})).toMatchObject({ success: true, data: { rest: {} } });
  });

  it('has defaults for all connections', () => {
    expect(parse({}).data?.defaults).toEqual({
      timeout: 10_000,
      connectTimeout: 2_000,
      total: 15_000,
      maxResponse: 10 * 1024 ** 2,
      maxHeader: 16_384,
      numbers: 'exact',
      retry: { attempts: 3, initial: 50, max: 2_000, budget: { ratio: 0.1, perSecond: 3 } },
      circuitBreaker: {
        consecutive: 5,
        ratio: 0.5,
        minimum: 20,
        window: 10_000,
        openFor: 5_000,
        maxOpenFor: 60_000,
        failures: ['5xx', 'unreachable', 'protocol', 'timeout', 'invalid'],
      },
      hold: { max: 300_000 },
      bulkhead: { concurrent: 64, queue: 64, queueTimeout: 500 },
      hedge: 'off',
      limit: 'off',
      redirects: 'off',
      idempotent: false,
    });
  });

  it('accepts all keys of a connection', () => {
    const settings = {
      url: 'https://orders.example.com/v2',
      timeout: '10s',
      connectTimeout: '2s',
      total: '15s',
      maxResponse: '10MiB',
      retry: { attempts: 3, initial: '50ms', max: '2s', budget: { ratio: 0.1, perSecond: 3 } },
      circuitBreaker: {
        consecutive: 5,
        ratio: 0.5,
        minimum: 20,
        window: '10s',
        openFor: '5s',
        maxOpenFor: '60s',
        failures: [500, 404, 'timeout'],
      },
      hold: { max: '1m' },
      bulkhead: { concurrent: 64, queue: 64, queueTimeout: '500ms' },
      hedge: { after: 'p95', max: 1 },
      redirects: { max: 3 },
      idempotent: false,
      headers: { 'X-Client': 'trunkline' },
      forwardHeaders: ['X-Tenant'],
      security: 'orders-token',
      tls: { ca: '-----BEGIN CERTIFICATE-----' },
      proxy: 'http://bus:secret@proxy.example:3128',
      onStatus: { 404: { value: null }, 422: { status: 422, code: 'ORDER_REJECTED', title: 'Rejected' } },
      ping: { method: 'GET', path: '/health' },
      services: {
        'adapter.orders.get': { method: 'GET', path: '/orders/{id}', query: ['expand'], input: ['id', '-expand'] },
      },
    };

    expect(problems(withCrm(settings))).toEqual([]);
  });

  it.each<[object, string]>([
    [
      { url: 'ftp://crm.test' },
      'rest.CRM.url: expected an http:// or https:// URL without credentials, query or fragment',
    ],
    [
      { url: 'http://user:pass@crm.test' },
      'rest.CRM.url: expected an http:// or https:// URL without credentials, query or fragment',
    ],
    [{ timeout: '0ms' }, 'rest.CRM.timeout: expected a duration of at least 1ms'],
    [{ retry: { attempts: 0 } }, 'rest.CRM.retry.attempts: Too small: expected number to be >=1'],
    [
      { circuitBreaker: { failures: [429] } },
      'rest.CRM.circuitBreaker.failures.0: expected another status than 429, which puts a connection on hold',
    ],
    [{ circuitBreaker: { failures: [500, 500] } }, 'rest.CRM.circuitBreaker.failures: expected each name once'],
    [{ hold: { max: '0s' } }, 'rest.CRM.hold.max: expected a duration of at least 1ms'],
    [{ bulkhead: { concurrent: 10_001 } }, 'rest.CRM.bulkhead.concurrent: Too big: expected number to be <=10000'],
    [{ headers: { Host: 'evil' } }, 'rest.CRM.headers.Host: Invalid key in record'],
    [{ headers: { 'X-A': 'a\nb' } }, 'rest.CRM.headers.X-A: expected text that is valid in a header'],
    [
      { forwardHeaders: ['Transfer-Encoding'] },
      'rest.CRM.forwardHeaders.0: expected the name of a header that may be set, such as X-Client',
    ],
    [{ onStatus: { 301: { value: null } } }, 'rest.CRM.onStatus.301: Invalid key in record'],
    [
      { onStatus: { 422: { passHeaders: ['Set-Cookie'] } } },
      'rest.CRM.onStatus.422.passHeaders.0: expected the name of a header of the upstream, such as X-Reason',
    ],
    [
      { onStatus: { 200: { when: {}, status: 422 } } },
      'rest.CRM.onStatus.200.when: expected a member and its value, such as ok: false',
    ],
    [{ tls: { ca: 'ca.pem' } }, 'rest.CRM.tls.ca: expected certificates in PEM'],
    [{ tls: { cert: LOCALHOST_CERTIFICATE.cert } }, 'rest.CRM.tls: expected `cert` and `key` together'],
    [
      { tls: { cert: LOCALHOST_CERTIFICATE.cert, key: 'key.pem' } },
      'rest.CRM.tls.key: expected a private key in PEM, not encrypted',
    ],
    [
      { tls: { cert: LOCALHOST_CERTIFICATE.cert, key: anotherKey() } },
      'rest.CRM.tls: expected the `key` that belongs to `cert`, both readable',
    ],
    [{ ping: { path: 'health' } }, 'rest.CRM.ping.path: expected a path such as /health'],
    [
      { services: { 'not a name': { method: 'GET', path: '/' } } },
      'rest.CRM.services.not a name: Invalid key in record',
    ],
    [
      { services: { a: { method: 'GET', path: '/../x' } } },
      'rest.CRM.services.a.path: expected a path such as /customers/{customer_id}',
    ],
    [
      { services: { a: { method: 'GET', path: '/{id}', input: ['name'] } } },
      'rest.CRM.services.a.path: expected placeholders that are in the input, as id is not',
    ],
    [
      { services: { a: { method: 'GET', path: '/{id}', input: ['-id'] } } },
      'rest.CRM.services.a.path: expected placeholders that are in the input, as id is not',
    ],
    [
      { services: { a: { method: 'GET', path: '/', input: 'id', query: ['name'] } } },
      'rest.CRM.services.a.query: expected names that are in the input, as name is not',
    ],
    ...[3, [3], { quantity: 'int' }, [{ quantity: 'int' }]].map((input): [object, string] => [
      { services: { a: { method: 'GET', path: '/', input } } },
      'rest.CRM.services.a.input: expected names such as sku, or names with their types such as { quantity: integer }',
    ]),
    ...['', '-'].map((input): [object, string] => [
      { services: { a: { method: 'GET', path: '/', input } } },
      'rest.CRM.services.a.input: expected a name such as sku, or -sku where it is optional',
    ]),
    [
      { services: { a: { method: 'GET', path: '/', input: {} } } },
      'rest.CRM.services.a.input: expected at least one name with its type',
    ],
    [
      { services: { a: { method: 'GET', path: '/', input: ['id', { '-id': 'integer' }] } } },
      'rest.CRM.services.a.input: expected different names, as id is declared twice',
    ],
    [
      { services: { a: { method: 'GET', path: '/', output: ['id', 'id'] } } },
      'rest.CRM.services.a.output: expected different names, as id is declared twice',
    ],
    [
      { services: { a: { method: 'GET', path: '/', input: { id: 'string' }, headers: { 'If-Match': '{etag}' } } } },
      'rest.CRM.services.a.headers.If-Match: expected placeholders that are in the input, as etag is not',
    ],
    [{ numbers: 'loose' }, 'rest.CRM.numbers: Invalid option: expected one of "exact"|"text"|"lenient"'],
    [{ emptyList: 'omit' }, 'rest.CRM.emptyList: Invalid option: expected one of "refuse"|"drop"|"keep"'],
    [{ maxHeader: '100B' }, 'rest.CRM.maxHeader: expected a size of at least 1KiB'],
  ])('refuses %j', (settings, problem) => {
    expect(problems(withCrm(settings))).toEqual([problem]);
  });

  it('rejects unknown keys', () => {
    expect(withCrm({ timeuot: '1s' }).success).toBe(false);
  });
});

describe('a proxy', () => {
  it.each(['off', 'http://proxy.test', 'https://proxy.test:3128/', 'http://a:b%20c@[::1]:3128'])(
    'may be %s',
    (proxy) => {
      expect(problems(withCrm({ proxy }))).toEqual([]);
    },
  );

  it.each([
    'proxy.test:3128',
    'socks5://proxy.test',
    'http://proxy.test/path',
    'http://a@proxy.test',
    'http://a%3Ab:c@proxy.test',
    'http://a:%zz@proxy.test',
    'http://a:b@c:d@proxy.test',
    'http://proxy.test:99999',
  ])('may not be %s', (proxy) => {
    expect(withCrm({ proxy }).success).toBe(false);
  });
});

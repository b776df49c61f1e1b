import { sendRequest, type HttpResponse, createJsonRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';
import { EchoCallerNested, getRunCount, EchoCaller } from './caller-services';

const SECURITY = `security:
  keys:
    type: apiKey
    header: X-API-Key
    callers:
      - { name: acme, key: acme-key-1, scopes: [orders, reports] }
      - { name: globex, key: 'sha256:f2a455b59b858a04c51108416af2042203cb6ac35fa4141fba4148bc856e78d4' }
  auth-keys: { type: apiKey, header: Authorization, callers: [{ name: acme, key: acme-key-2 }] }
  people: { type: basic, callers: [{ name: ann, username: ann, password: 'pä:ss', scopes: [orders] }] }
  tokens: { type: bearer, callers: [{ name: robot, token: robot-token-1, scopes: [orders] }] }
`;
const CHANNELS = `channels:
  rest:
    keyed: { method: GET, path: /keyed, service: who, security: keys }
    keyed.post: { method: POST, path: /keyed, service: who, security: keys }
    keyed.scoped: { method: GET, path: /keyed-scoped, service: who, security: keys, scopes: [orders, reports] }
    auth-keyed: { method: GET, path: /auth-keyed, service: who, security: [auth-keys] }
    basic: { method: GET, path: /basic, service: who, security: people }
    bearer: { method: GET, path: /bearer, service: who, security: tokens }
    bearer.scoped: { method: GET, path: /bearer-scoped, service: who, security: tokens, scopes: [orders, admin] }
    any: { method: GET, path: /any, service: who.nested, security: [keys, people, tokens] }
    default: { method: GET, path: /default, service: who }
    open: { method: GET, path: /open, service: who, security: none }
`;

const REALM = 'realm="shop"';
const KEY = `ApiKey ${REALM}, header="X-API-Key"`;
const AUTH_KEY = `ApiKey ${REALM}, header="Authorization"`;
const BASIC = `Basic ${REALM}, charset="UTF-8"`;
const BEARER = `Bearer ${REALM}`;
const invalidToken = `${BEARER}, error="invalid_token"`;
const invalidRequest = `${BEARER}, error="invalid_request"`;
const pair = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('security', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      services: [EchoCaller, EchoCallerNested],
      config: {
        'test-bus.yaml':
          'bus: { name: shop, http: { port: 0 }, log: { level: debug }, security: [tokens], authFailures: off }',
        'security.yaml': SECURITY,
        'channels.yaml': CHANNELS,
      },
    });
  });
  afterAll(() => running.stop());

  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    sendRequest(`${running.url}${path}`, { headers });

  it.each([
    ['/keyed', { 'X-API-Key': 'acme-key-1' }, { name: 'acme', scopes: ['orders', 'reports'], definition: 'keys' }],
    ['/keyed', { 'x-api-key': 'globex-key' }, { name: 'globex', scopes: [], definition: 'keys' }],
    ['/auth-keyed', { authorization: 'acme-key-2' }, { name: 'acme', scopes: [], definition: 'auth-keys' }],
    ['/auth-keyed', { authorization: 'ApiKey acme-key-2' }, { name: 'acme', scopes: [], definition: 'auth-keys' }],
    ['/basic', { authorization: pair('ann:pä:ss') }, { name: 'ann', scopes: ['orders'], definition: 'people' }],
    ['/basic', { authorization: pair('ann:pä:ss').replace('Basic', 'bASIC') }, { name: 'ann' }],
    ['/bearer', { authorization: 'Bearer robot-token-1' }, { name: 'robot', definition: 'tokens' }],
    ['/bearer', { authorization: 'bearer  robot-token-1' }, { name: 'robot' }],
    ['/any', { 'X-API-Key': 'acme-key-1' }, { name: 'acme' }],
    ['/any', { authorization: pair('ann:pä:ss') }, { name: 'ann' }],
    ['/any', { authorization: 'Bearer robot-token-1', 'x-api-key': 'wrong' }, { name: 'robot' }],
    ['/default', { authorization: 'Bearer robot-token-1' }, { name: 'robot' }],
    ['/open', {}, { name: 'nobody' }],
  ])('passes the caller of %s to the service: %j', async (path, headers, caller) => {
    const { status, body } = await get(path, headers);

    expect(status).toBe(200);
    expect(body).toMatchObject(caller);
  });

  it.each<[what: string, path: string, headers: Readonly<Record<string, string>>, code: string, challenge: string]>([
    ['no key', '/keyed', {}, 'AUTH_REQUIRED', KEY],
    ['a wrong key', '/keyed', { 'x-api-key': 'acme-key-2' }, 'INVALID_CREDENTIALS', KEY],
    ['a key and more', '/keyed', { 'x-api-key': 'acme-key-11' }, 'INVALID_CREDENTIALS', KEY],
    ['a key cut short', '/keyed', { 'x-api-key': 'acme-key-' }, 'INVALID_CREDENTIALS', KEY],
    ['a key in capitals', '/keyed', { 'x-api-key': 'ACME-KEY-1' }, 'INVALID_CREDENTIALS', KEY],
    ['an empty key', '/keyed', { 'x-api-key': '' }, 'INVALID_AUTH_HEADER', KEY],
    ['two keys in one line', '/keyed', { 'x-api-key': 'acme-key-1, acme-key-1' }, 'INVALID_CREDENTIALS', KEY],
    [
      'the hash in place of the key',
      '/keyed',
      { 'x-api-key': 'sha256:f2a455b59b858a04c51108416af2042203cb6ac35fa4141fba4148bc856e78d4' },
      'INVALID_CREDENTIALS',
      KEY,
    ],
    ['a key in the query', '/keyed?X-API-Key=acme-key-1', {}, 'AUTH_REQUIRED', KEY],
    ['a key in another header', '/keyed', { authorization: 'acme-key-1' }, 'AUTH_REQUIRED', KEY],
    ['a key in a cookie', '/keyed', { cookie: 'X-API-Key=acme-key-1' }, 'AUTH_REQUIRED', KEY],
    ['a key of another definition', '/auth-keyed', { authorization: 'acme-key-1' }, 'INVALID_CREDENTIALS', AUTH_KEY],
    [
      'a key with the word Bearer',
      '/auth-keyed',
      { authorization: 'Bearer acme-key-2' },
      'INVALID_AUTH_HEADER',
      AUTH_KEY,
    ],
    ['no password', '/basic', {}, 'AUTH_REQUIRED', BASIC],
    ['a wrong password', '/basic', { authorization: pair('ann:pass') }, 'INVALID_CREDENTIALS', BASIC],
    ['an unknown user', '/basic', { authorization: pair('bob:pä:ss') }, 'INVALID_CREDENTIALS', BASIC],
    ['an empty password', '/basic', { authorization: pair('ann:') }, 'INVALID_CREDENTIALS', BASIC],
    ['a user name in capitals', '/basic', { authorization: pair('Ann:pä:ss') }, 'INVALID_CREDENTIALS', BASIC],
    [
      'a password in Latin-1',
      '/basic',
      { authorization: pair(Buffer.from('ann:pä:ss', 'latin1')) },
      'INVALID_AUTH_HEADER',
      BASIC,
    ],
    ['a pair without a colon', '/basic', { authorization: pair('ann') }, 'INVALID_AUTH_HEADER', BASIC],
    ['a pair with a control character', '/basic', { authorization: pair('ann\0:pä:ss') }, 'INVALID_AUTH_HEADER', BASIC],
    ['a pair that is not base 64', '/basic', { authorization: 'Basic ann:pass' }, 'INVALID_AUTH_HEADER', BASIC],
    ['nothing after Basic', '/basic', { authorization: 'Basic' }, 'INVALID_AUTH_HEADER', BASIC],
    ['Digest in place of Basic', '/basic', { authorization: 'Digest username="ann"' }, 'INVALID_AUTH_HEADER', BASIC],
    ['a pair in the address', '/basic?authorization=Basic', {}, 'AUTH_REQUIRED', BASIC],
    ['no token', '/bearer', {}, 'AUTH_REQUIRED', BEARER],
    ['a wrong token', '/bearer', { authorization: 'Bearer robot-token-2' }, 'INVALID_TOKEN', invalidToken],
    ['nothing after Bearer', '/bearer', { authorization: 'Bearer' }, 'INVALID_AUTH_HEADER', invalidRequest],
    [
      'two tokens in one line',
      '/bearer',
      { authorization: 'Bearer robot-token-1, Bearer robot-token-1' },
      'INVALID_AUTH_HEADER',
      invalidRequest,
    ],
    [
      'a token in quotes',
      '/bearer',
      { authorization: 'Bearer "robot-token-1"' },
      'INVALID_AUTH_HEADER',
      invalidRequest,
    ],
    ['a token without its scheme', '/bearer', { authorization: 'robot-token-1' }, 'INVALID_AUTH_HEADER', BEARER],
    ['another scheme', '/bearer', { authorization: pair('ann:pä:ss') }, 'INVALID_AUTH_HEADER', BEARER],
    ['a token in the query', '/bearer?access_token=robot-token-1', {}, 'AUTH_REQUIRED', BEARER],
    ['nothing, where any will do', '/any', {}, 'AUTH_REQUIRED', `${KEY}, ${BASIC}, ${BEARER}`],
    [
      'a wrong token, where any will do',
      '/any',
      { authorization: 'Bearer x' },
      'INVALID_TOKEN',
      `${KEY}, ${BASIC}, ${invalidToken}`,
    ],
    ['nothing, by the default of the bus', '/default', {}, 'AUTH_REQUIRED', BEARER],
  ])('sends a challenge after %s: 401, and no service runs', async (_what, path, headers, code, challenge) => {
    const before = getRunCount();

    const response = await get(path, headers);

    expect([response.status, response.body['code']]).toEqual([401, code]);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(getRunCount()).toBe(before);
  });

  it.each(['X-API-Key: acme-key-1', 'x-api-key: other'])('rejects a duplicate header: second is %s', async (second) => {
    const before = getRunCount();

    const response = await sendRawBytes(
      running.url,
      `GET /keyed HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: acme-key-1\r\n${second}\r\n\r\n`,
    );

    expect(response).toMatch(/^HTTP\/1\.1 401 /);
    expect(response).toContain('INVALID_AUTH_HEADER');
    expect(getRunCount()).toBe(before);
  });

  it('rejects two Authorization headers even when a key would suffice', async () => {
    const lines = ['X-API-Key: acme-key-1', 'Authorization: Bearer robot-token-1', 'Authorization: Bearer x'];

    const response = await sendRawBytes(
      running.url,
      `GET /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`,
    );

    expect(response).toMatch(/^HTTP\/1\.1 401 /);
    expect(response).toContain('error="invalid_request"');
  });

  it('rejects a caller without a scope with 403, and names the scopes to bearers', async () => {
    const byKey = await get('/keyed-scoped', { 'x-api-key': 'globex-key' });
    const byToken = await get('/bearer-scoped', { authorization: 'Bearer robot-token-1' });

    expect([byKey.status, byKey.body['code'], byKey.headers.get('www-authenticate')]).toEqual([403, 'FORBIDDEN', null]);
    expect([byToken.status, byToken.headers.get('www-authenticate')]).toEqual([
      403,
      `${BEARER}, error="insufficient_scope", scope="orders admin"`,
    ]);
  });

  it('accepts a caller with all scopes', async () => {
    expect((await get('/keyed-scoped', { 'x-api-key': 'acme-key-1' })).status).toBe(200);
  });

  it('sends the same response for an unknown user and a wrong password', async () => {
    const shown = ({ text }: HttpResponse) => text.replaceAll(/[0-9A-Z]{26}/g, 'id');

    const unknown = await get('/basic', { authorization: pair('bob:x') });
    const wrong = await get('/basic', { authorization: pair('ann:x') });

    expect(shown(unknown)).toBe(shown(wrong));
  });

  it('rejects a request before its body has arrived', async () => {
    const head =
      'POST /keyed HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 99999999\r\nConnection: close';

    const response = await sendRawBytes(running.url, `${head}\r\n\r\n{"a":`, 1_000);

    expect(response).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('rejects a request before it parses a malformed body', async () => {
    const { status } = await sendRequest(`${running.url}/keyed`, createJsonRequest('POST', '{"a":'));

    expect(status).toBe(401);
  });

  it('never logs credentials', async () => {
    const shown = ['CANARY-key', 'CANARY-token', 'CANARY-user', 'CANARY-password'];
    await get('/any', { 'x-api-key': 'CANARY-key', authorization: 'Bearer CANARY-token' });
    await get('/any', { authorization: pair('CANARY-user:CANARY-password') });
    await get('/any', { authorization: `Basic CANARY-${Buffer.from('x').toString('base64')}` });
    await get('/keyed', { 'x-api-key': 'acme-key-1' });

    const log = JSON.stringify(running.readLog());

    for (const secret of [...shown, 'CANARY', 'acme-key-1', pair('CANARY-user:CANARY-password')])
      expect(log).not.toContain(secret);
  });
});

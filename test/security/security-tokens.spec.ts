import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';
import { createClaims, createToken } from './token';

const SECRET = 'a secret of thirty-two bytes or more';
const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreignKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PEM = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const nowSeconds = () => Math.floor(Date.now() / 1_000);

const ES = { alg: 'ES256', kid: 'k1' };
const RS = { alg: 'RS256' };
const HS = { alg: 'HS256', typ: 'JWT' };
const byIssuer = (changes = {}, header = {}) =>
  createToken({ ...ES, ...header }, createClaims(changes), issuer.privateKey);
const byRsa = (changes = {}, header = {}) => createToken({ ...RS, ...header }, createClaims(changes), rsa.privateKey);
const bySecret = (changes = {}) => createToken(HS, createClaims(changes), SECRET);

describe('a channel with tokens', () => {
  let running: RunningBus;
  let keys: Server;
  beforeAll(async () => {
    const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
    keys = createServer((request, response) => {
      if (request.url === '/keys') response.end(JSON.stringify({ keys: [jwk] }));
      else if (request.url === '/redirect') response.writeHead(302, { location: '/keys' }).end();
      else if (request.url === '/html') response.end('<h1>keys</h1>');
      else response.writeHead(500).end();
    });
    await once(keys.listen(0, '127.0.0.1'), 'listening');
    const { port } = keys.address() as AddressInfo;
    const common = 'issuer: https://id.example.com, audience: [bus, other]';
    const jwks = (path: string) => `algorithms: [ES256], jwks: 'http://127.0.0.1:${port}/${path}', ${common}`;
    running = await startBus({
      services: [EchoCaller],
      config: {
        'test-bus.yaml': 'bus: { http: { port: 0 }, log: { level: debug }, authFailures: off }',
        'security.yaml': `security:
  jwks: { type: jwt, ${jwks('keys')} }
  down: { type: jwt, ${jwks('down')} }
  html: { type: jwt, ${jwks('html')} }
  redirect: { type: jwt, ${jwks('redirect')} }
  nowhere: { type: jwt, algorithms: [ES256], jwks: 'http://127.0.0.1:1/', ${common} }
  pem: { type: jwt, algorithms: [RS256, PS256], publicKey: ${JSON.stringify(PEM)}, ${common} }
  shared: { type: jwt, algorithms: [HS256], secret: ${SECRET}, ${common}, tokenType: JWT }
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: acme-key-1 }] }`,
        'channels.yaml': `channels:
  rest:
${['jwks', 'down', 'html', 'redirect', 'nowhere', 'pem', 'shared']
  .map((name) => `    ${name}: { method: GET, path: /${name}, service: who, security: ${name} }`)
  .join('\n')}
    writers: { method: GET, path: /writers, service: who, security: jwks, scopes: [orders:write] }
    either: { method: GET, path: /either, service: who, security: [down, keys] }`,
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    keys.close();
  });

  const get = (path: string, bearer: string, headers = {}) =>
    sendRequest(`${running.url}${path}`, { headers: { authorization: `Bearer ${bearer}`, ...headers } });

  it.each([
    ['/jwks', byIssuer(), { name: 'ann', scopes: [], definition: 'jwks', claims: { sub: 'ann', aud: 'bus' } }],
    ['/jwks', byIssuer({ sub: undefined, client_id: 'robot' }), { name: 'robot' }],
    ['/jwks', byIssuer({ aud: ['else', 'other'] }), { name: 'ann' }],
    ['/jwks', byIssuer({ exp: nowSeconds() - 10 }), { name: 'ann' }],
    ['/jwks', byIssuer({ scope: 'a b', scp: ['c'], roles: ['a', 'admin'] }), { scopes: ['a', 'b', 'c', 'admin'] }],
    ['/writers', byIssuer({ scopes: ['orders:write'] }), { name: 'ann' }],
    ['/pem', byRsa(), { name: 'ann' }],
    ['/shared', bySecret(), { name: 'ann' }],
  ])('authenticates the caller by a valid token: %s %s', async (path, bearer, caller) => {
    const { status, body } = await get(path, bearer);

    expect(status).toBe(200);
    expect(body).toMatchObject(caller);
  });

  const attacker = { ...foreignKey.publicKey.export({ format: 'jwk' }), kid: 'k1' };
  it.each<[what: string, path: string, bearer: string]>([
    ['nothing like one', '/jwks', 'abc'],
    ['two parts', '/jwks', byIssuer().split('.').slice(0, 2).join('.')],
    ['five parts', '/jwks', `${byIssuer()}.a.b`],
    ['a header that is not JSON', '/jwks', `abc.${byIssuer().split('.').slice(1).join('.')}`],
    ['no signature', '/jwks', byIssuer().replace(/[^.]+$/, '')],
    ['a signature of nothing', '/jwks', byIssuer().replace(/[^.]+$/, Buffer.alloc(64).toString('base64url'))],
    ['alg none', '/jwks', createToken({ alg: 'none' }, createClaims())],
    ['alg None with a signature', '/jwks', byIssuer({}, { alg: 'None' })],
    ['claims that were changed', '/jwks', swapClaims(byIssuer(), createClaims({ sub: 'root' }))],
    ['the key of a stranger', '/jwks', createToken(ES, createClaims(), foreignKey.privateKey)],
    [
      'a key that it brings along',
      '/jwks',
      createToken({ ...ES, jwk: attacker }, createClaims(), foreignKey.privateKey),
    ],
    [
      'a key that it links to',
      '/jwks',
      createToken({ ...ES, jku: 'http://127.0.0.1:1/' }, createClaims(), foreignKey.privateKey),
    ],
    [
      'a certificate that it links to',
      '/jwks',
      createToken({ ...ES, x5u: 'http://127.0.0.1:1/' }, createClaims(), foreignKey.privateKey),
    ],
    ['a key id that nobody has', '/jwks', byIssuer({}, { kid: 'k2' })],
    ['a critical extension', '/jwks', byIssuer({}, { crit: ['exp'] })],
    ['HMAC with the public key', '/pem', createToken({ alg: 'HS256' }, createClaims(), PEM)],
    ['another algorithm of the same key', '/pem', byRsa({}, { alg: 'RS512' })],
    ['another issuer', '/jwks', byIssuer({ iss: 'https://id.example.org' })],
    ['no issuer', '/jwks', byIssuer({ iss: undefined })],
    ['another audience', '/jwks', byIssuer({ aud: 'shop' })],
    ['no audience', '/jwks', byIssuer({ aud: undefined })],
    ['no end', '/jwks', byIssuer({ exp: undefined })],
    ['an end that is text', '/jwks', byIssuer({ exp: '9999999999' })],
    ['a beginning in the future', '/jwks', byIssuer({ nbf: nowSeconds() + 120 })],
    ['nobody', '/jwks', byIssuer({ sub: undefined })],
    ['a subject that is no text', '/jwks', byIssuer({ sub: { name: 'ann' } })],
    ['another type than is asked for', '/shared', createToken({ alg: 'HS256', typ: 'at+jwt' }, createClaims(), SECRET)],
    ['the wrong secret', '/shared', createToken(HS, createClaims(), `${SECRET}!`)],
    ['an empty secret', '/shared', createToken(HS, createClaims(), '')],
  ])('rejects a token with %s: 401 INVALID_TOKEN, and no service runs', async (_what, path, bearer) => {
    const before = getRunCount();

    const { status, body, headers } = await get(path, bearer);

    expect([status, body['code']]).toEqual([401, 'INVALID_TOKEN']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="trunkline", error="invalid_token"');
    expect(getRunCount()).toBe(before);
  });

  it('reports that a token has expired', async () => {
    const { status, body, headers } = await get('/jwks', byIssuer({ exp: nowSeconds() - 31 }));

    expect([status, body['code']]).toEqual([401, 'TOKEN_EXPIRED']);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="trunkline", error="invalid_token", error_description="The token has expired"',
    );
  });

  it('does not report the expiry of a token that another issuer has signed', async () => {
    const { body } = await get('/jwks', createToken(ES, createClaims({ exp: 1 }), foreignKey.privateKey));

    expect(body['code']).toBe('INVALID_TOKEN');
  });

  it('rejects a caller without a scope with 403, and names the scope', async () => {
    const { status, headers } = await get('/writers', byIssuer({ scope: 'orders' }));

    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="trunkline", error="insufficient_scope", scope="orders:write"',
    );
  });

  it.each(['/down', '/html', '/redirect', '/nowhere'])(
    'responds with 503, not 401, while the keys are unavailable: %s',
    async (path) => {
      const { status, body, headers, text } = await get(path, byIssuer());

      expect([status, body['code']]).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(text).not.toMatch(/127\.0\.0\.1|keys|fetch/);
    },
  );

  it('authenticates a caller by another definition while the keys are unavailable', async () => {
    expect((await get('/either', byIssuer(), { 'x-api-key': 'acme-key-1' })).body).toMatchObject({ name: 'acme' });
  });

  it('never logs a token or its claims', async () => {
    const bearer = byIssuer({ sub: 'CANARY-subject', aud: 'CANARY-audience' });
    await get('/jwks', bearer);

    const log = JSON.stringify(running.readLog());

    expect(log).not.toContain('CANARY');
    for (const part of bearer.split('.').slice(1)) expect(log).not.toContain(part);
  });
});

function swapClaims(bearer: string, other: object): string {
  const [header, , signature] = bearer.split('.');
  return [header, Buffer.from(JSON.stringify(other)).toString('base64url'), signature].join('.');
}

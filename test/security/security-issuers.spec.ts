import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { EchoCaller } from './caller-services';
import { createClaims, createToken } from './token';

const [first, second] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2_048 })) as [Keys, Keys];
type Keys = ReturnType<typeof generateKeyPairSync>;
const SECRET = 'a secret of more than thirty-two bytes';

/** Issuers by the first part of their path: what their metadata says. */
const METADATA: Readonly<Record<string, (origin: string) => object>> = {
  a: (origin) => ({ issuer: `${origin}/a`, jwks_uri: `${origin}/keys/a` }),
  'b/': (origin) => ({ issuer: `${origin}/b/`, jwks_uri: `${origin}/keys/b` }),
  liar: (origin) => ({ issuer: `${origin}/a`, jwks_uri: `${origin}/keys/b` }),
  plain: (origin) => ({ issuer: `${origin}/plain`, jwks_uri: 'http://keys.example.com/' }),
};
const KEYS: Readonly<Record<string, Keys>> = { '/keys/a': first, '/keys/b': second };

describe('the issuer of tokens', () => {
  let running: RunningBus;
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const [, name = ''] = /^\/(\w+)\/\.well-known\/openid-configuration$/.exec(url) ?? [];
      const metadata = METADATA[name] ?? METADATA[`${name}/`];
      const key = KEYS[url]?.publicKey.export({ format: 'jwk' });
      response.statusCode = metadata || key ? 200 : 404;
      response.end(JSON.stringify(metadata?.(origin) ?? { keys: [key] }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const issuers = { discovered: ['a', 'b/'], liar: ['liar'], plain: ['plain'], absent: ['absent'] };
    const definitions = Object.entries(issuers).map(
      ([name, paths]) =>
        `  ${name}: { type: jwt, algorithms: [RS256], audience: bus, issuer: [${paths.map((path) => `'${origin}/${path}'`).join()}] }`,
    );
    const shared = `type: jwt, algorithms: [HS256], secret: '${SECRET}'`;
    const channel = (name: string, more = '') =>
      `    ${name}: { method: GET, path: /${name}, service: who, security: ${name} ${more} }`;
    running = await startBus({
      services: [EchoCaller],
      config: {
        'security.yaml': [
          'security:',
          ...definitions,
          `  listed: { ${shared}, issuer: [one, two], audience: bus }`,
          `  clients: { ${shared}, issuer: one, audience: [app-1, app-2], audienceFrom: client_id }`,
          `  scoped: { ${shared}, issuer: one, audience: bus, scopesFrom: [scp, permissions, realm_access.roles, 'cognito:groups', 'https://acme.example/roles'] }`,
          `  unscoped: { ${shared}, issuer: one, audience: bus }`,
        ].join('\n'),
        'channels.yaml': [
          'channels:',
          '  rest:',
          ...Object.keys(issuers).map((name) => channel(name)),
          channel('listed'),
          channel('clients'),
          channel('scoped', ', scopes: [orders.read]'),
          channel('unscoped', ', scopes: [orders.read]'),
        ].join('\n'),
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    server.closeAllConnections();
    server.close();
  });

  const request = async (path: string, bearer: string) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const { status, body } = await sendRequest(`${running.url}/${path}`, { headers });
    return status === 200 ? 200 : body['code'];
  };
  const signRsa = (keys: Keys, path: string) =>
    createToken({ alg: 'RS256' }, createClaims({ iss: `${origin}/${path}` }), keys.privateKey);
  const signShared = (claims: object) => createToken({ alg: 'HS256' }, createClaims({ iss: 'one', ...claims }), SECRET);

  it('is enough to find its keys, with or without a slash at its end', async () => {
    await expect(request('discovered', signRsa(first, 'a'))).resolves.toBe(200);
    await expect(request('discovered', signRsa(second, 'b/'))).resolves.toBe(200);
  });

  it('cannot sign tokens of another one', async () => {
    await expect(request('discovered', signRsa(second, 'a'))).resolves.toBe('INVALID_TOKEN');
    await expect(request('discovered', signRsa(first, 'c'))).resolves.toBe('INVALID_TOKEN');
  });

  it.each([
    ['liar', 'that names another issuer'],
    ['plain', 'with keys that are not protected by TLS'],
    ['absent', 'that is absent'],
  ])('%s with metadata %s has no keys', async (name) => {
    await expect(request(name, signRsa(first, name))).resolves.toBe('UPSTREAM_UNAVAILABLE');
  });

  it('is one of those that are listed', async () => {
    await expect(request('listed', signShared({ iss: 'two' }))).resolves.toBe(200);
    await expect(request('listed', signShared({ iss: 'three' }))).resolves.toBe('INVALID_TOKEN');
  });

  it('may put the audience into another claim, as Cognito does', async () => {
    await expect(request('clients', signShared({ client_id: 'app-2', aud: undefined }))).resolves.toBe(200);
    await expect(request('clients', signShared({ client_id: 'app-3', aud: 'app-1' }))).resolves.toBe('INVALID_TOKEN');
    await expect(request('clients', signShared({ aud: 'app-1' }))).resolves.toBe('INVALID_TOKEN');
  });

  it.each<[string, object]>([
    ['Entra ID', { scp: 'orders.read orders.write' }],
    ['Auth0', { permissions: ['orders.read'] }],
    ['Keycloak', { realm_access: { roles: ['offline_access', 'orders.read'] } }],
    ['Cognito', { 'cognito:groups': ['orders.read'] }],
    ['a claim that is named by a URL', { 'https://acme.example/roles': ['orders.read'] }],
  ])('may put scopes into the claims of %s', async (_provider, claims) => {
    await expect(request('scoped', signShared(claims))).resolves.toBe(200);
  });

  it('gives scopes by the claims that are listed only', async () => {
    await expect(request('scoped', signShared({ roles: ['orders.read'] }))).resolves.toBe('FORBIDDEN');
    await expect(request('scoped', signShared({ realm_access: 'orders.read' }))).resolves.toBe('FORBIDDEN');
    await expect(request('unscoped', signShared({ permissions: ['orders.read'] }))).resolves.toBe('FORBIDDEN');
    await expect(request('unscoped', signShared({ roles: ['orders.read'] }))).resolves.toBe(200);
  });
});

import { generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { createJsonResponse, createResponse, LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { catchRejection } from '../../test-bus.fixture';
import { findAuthorization, TokenRehearsal } from './token-rehearsal.fixture';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PKCS8 = { type: 'pkcs8', format: 'pem' } as const;
const RSA_PEM = rsa.privateKey.export(PKCS8).toString();
const EC_PEM = ec.privateKey.export(PKCS8).toString();
/** The form in which GitHub gives the keys of apps. */
const PKCS1_PEM = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const client = { clientId: 'bus', clientSecret: 's3cr3t' };
const BASIC = `Basic ${Buffer.from('bus:s3cr3t').toString('base64')}`;

let tokens: TokenRehearsal;
afterEach(() => tokens.close());

const getForm = (request = '') => Object.fromEntries(new URLSearchParams(request.split('\r\n\r\n')[1]));

/** Reads a signed JWT after its signature was verified. */
function readJwt(token = '', { publicKey }: Pick<typeof rsa, 'publicKey'> = rsa) {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  const isValid = verify(
    'sha256',
    signed,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const parse = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { isValid, header: parse(header), claims: parse(claims) };
}

describe('a token request', () => {
  it.each<[string, object, object, Buffer, string | undefined]>([
    [
      'Entra ID',
      { clientAuth: 'post', ...client, scopes: ['https://graph.microsoft.com/.default'] },
      {
        grant_type: 'client_credentials',
        client_id: 'bus',
        client_secret: 's3cr3t',
        scope: 'https://graph.microsoft.com/.default',
      },
      createJsonResponse({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'T1' }),
      undefined,
    ],
    [
      'Cognito',
      { ...client, scopes: ['orders/read'] },
      { grant_type: 'client_credentials', scope: 'orders/read' },
      createJsonResponse({ access_token: 'T1', expires_in: 3600, token_type: 'Bearer' }),
      BASIC,
    ],
    [
      'Auth0',
      { clientAuth: 'post', ...client, audience: 'https://api.test/' },
      {
        grant_type: 'client_credentials',
        client_id: 'bus',
        client_secret: 's3cr3t',
        audience: 'https://api.test/',
      },
      createJsonResponse({ access_token: 'T1', scope: 'read', expires_in: 86400, token_type: 'Bearer' }),
      undefined,
    ],
    [
      'Keycloak with a user',
      { grant: 'password', ...client, username: 'ann', password: 'p & w' },
      { grant_type: 'password', username: 'ann', password: 'p & w' },
      createJsonResponse({ access_token: 'T1', expires_in: 300, refresh_expires_in: 1800, token_type: 'Bearer' }),
      BASIC,
    ],
    [
      'Zoom',
      { grant: 'other', ...client, params: { grant_type: 'account_credentials', account_id: 'A1' } },
      { grant_type: 'account_credentials', account_id: 'A1' },
      createJsonResponse({ access_token: 'T1', token_type: 'bearer', expires_in: 3599, scope: 'user:read:admin' }),
      BASIC,
    ],
    [
      'PayPal',
      client,
      { grant_type: 'client_credentials' },
      createJsonResponse({ scope: 'https://uri.paypal.com', access_token: 'T1', token_type: 'Bearer', nonce: 'n' }),
      BASIC,
    ],
    [
      'LinkedIn, which sends no type',
      { clientAuth: 'post', ...client },
      { grant_type: 'client_credentials', client_id: 'bus', client_secret: 's3cr3t' },
      createJsonResponse({ access_token: 'T1', expires_in: 1800 }),
      undefined,
    ],
    [
      'a public client',
      { grant: 'refresh_token', clientId: 'bus', refreshToken: 'R0' },
      { grant_type: 'refresh_token', refresh_token: 'R0', client_id: 'bus' },
      createJsonResponse({ access_token: 'T1', token_type: 'Bearer' }),
      undefined,
    ],
  ])('has the form of %s', async (_provider, credential, form, response, authorization) => {
    tokens = await TokenRehearsal.start({ credential, responses: [response] });

    await expect(tokens.call()).resolves.toBe(200);
    expect(getForm(tokens.server.requests[0])).toEqual(form);
    expect(findAuthorization(tokens.server.requests[0])).toBe(authorization);
    expect(findAuthorization(tokens.upstream.requests[0])).toBe('Bearer T1');
  });

  it('carries a signed JWT in place of a secret, as for Okta', async () => {
    const credential = {
      clientAuth: 'private_key_jwt',
      clientId: 'bus',
      privateKey: EC_PEM,
      keyId: 'k1',
      scopes: ['a'],
    };
    tokens = await TokenRehearsal.start({
      credential,
      responses: [createJsonResponse({ token_type: 'Bearer', access_token: 'T1' })],
    });

    await tokens.call();

    const { client_assertion: jwt, ...form } = getForm(tokens.server.requests[0]);
    const { isValid, header, claims } = readJwt(jwt, ec);
    expect(form).toEqual({
      grant_type: 'client_credentials',
      scope: 'a',
      client_id: 'bus',
      client_assertion_type: CLIENT_ASSERTION,
    });
    expect(isValid).toBe(true);
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'k1' });
    expect(claims).toMatchObject({ iss: 'bus', sub: 'bus', aud: `${tokens.server.url}/token` });
    expect(Number(claims['exp']) * 1_000).toBeGreaterThan(Date.now());
  });

  it('names the certificate of its key, as for Entra ID', async () => {
    const { cert: certificate, key: privateKey } = LOCALHOST_CERTIFICATE;
    const credential = { clientAuth: 'private_key_jwt', clientId: 'bus', privateKey, certificate };
    tokens = await TokenRehearsal.start({ credential, responses: [createJsonResponse({ access_token: 'T1' })] });

    await tokens.call();

    const [header = ''] = (getForm(tokens.server.requests[0])['client_assertion'] ?? '').split('.');
    const sha256 = new X509Certificate(certificate).fingerprint256.replaceAll(':', '');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      x5t: expect.any(String),
      'x5t#S256': Buffer.from(sha256, 'hex').toString('base64url'),
    });
  });

  it('carries a new JWT each time', async () => {
    const credential = { clientAuth: 'private_key_jwt', clientId: 'bus', privateKey: RSA_PEM };
    const unauthorized = createResponse(401);
    tokens = await TokenRehearsal.start({
      credential,
      responses: [createJsonResponse({ access_token: 'T1' }), createJsonResponse({ access_token: 'T2' })],
      served: [unauthorized],
    });

    await expect(tokens.call()).resolves.toBe(200);

    const ids = tokens.server.requests.map((request) => readJwt(getForm(request)['client_assertion']).claims['jti']);
    expect(new Set(ids).size).toBe(2);
  });

  it('is signed for a service account of Google', async () => {
    const credential = {
      grant: 'jwt_bearer',
      privateKey: RSA_PEM,
      assertion: {
        issuer: 'bus@project.iam.test',
        lifetime: '1h',
        claims: { scope: 'https://www.googleapis.com/auth/drive' },
      },
    };
    const response = createJsonResponse({ access_token: 'T1', expires_in: 3599, token_type: 'Bearer' });
    tokens = await TokenRehearsal.start({ credential, responses: [response] });

    await tokens.call();

    const { assertion, ...form } = getForm(tokens.server.requests[0]);
    const { isValid, claims } = readJwt(assertion);
    expect(form).toEqual({ grant_type: JWT_BEARER });
    expect(isValid).toBe(true);
    expect(claims).toMatchObject({
      iss: 'bus@project.iam.test',
      aud: `${tokens.server.url}/token`,
      scope: 'https://www.googleapis.com/auth/drive',
    });
    expect(claims).not.toHaveProperty('sub');
  });

  it('is signed for a user of Salesforce, whose tokens have no lifetime', async () => {
    const credential = {
      grant: 'jwt_bearer',
      clientId: '3MVG9',
      privateKey: RSA_PEM,
      assertion: { subject: 'ann@acme.test', audience: 'https://login.salesforce.test' },
    };
    const response = createJsonResponse({
      access_token: '00Dx!AQ',
      instance_url: 'https://acme.my.salesforce.test',
      token_type: 'Bearer',
    });
    tokens = await TokenRehearsal.start({ credential, responses: [response] });

    await tokens.call();

    const { claims } = readJwt(getForm(tokens.server.requests[0])['assertion']);
    expect(claims).toMatchObject({ iss: '3MVG9', sub: 'ann@acme.test', aud: 'https://login.salesforce.test' });
    expect(Number(claims['exp']) - Date.now() / 1_000).toBeLessThan(180);
    expect(findAuthorization(tokens.upstream.requests[0])).toBe('Bearer 00Dx!AQ');
  });

  it('is a POST with a JWT for an installation of a GitHub App', async () => {
    const credential = { grant: 'github_app', clientId: '12345', privateKey: PKCS1_PEM };
    const expiry = new Date(Date.now() + 3_600_000).toISOString();
    const response = createJsonResponse({ token: 'ghs_1', expires_at: expiry, permissions: { issues: 'write' } }, 201);
    tokens = await TokenRehearsal.start({
      credential,
      responses: [response],
      path: '/app/installations/7/access_tokens',
    });

    await tokens.call();

    const [request = ''] = tokens.server.requests;
    const { isValid, claims } = readJwt(findAuthorization(request)?.replace('Bearer ', ''));
    expect(request).toMatch(/^POST \/app\/installations\/7\/access_tokens HTTP/);
    expect(request.split('\r\n\r\n')[1]).toBe('');
    expect(isValid).toBe(true);
    expect(claims['iss']).toBe('12345');
    expect(Number(claims['iat']) * 1_000).toBeLessThan(Date.now());
    expect(findAuthorization(tokens.upstream.requests[0])).toBe('Bearer ghs_1');
  });

  it('keeps the query of the URL', async () => {
    tokens = await TokenRehearsal.start({
      credential: client,
      responses: [createJsonResponse({ access_token: 'T1' })],
      path: '/token?p=B2C_1_app',
    });

    await tokens.call();

    expect(tokens.server.requests[0]).toMatch(/^POST \/token\?p=B2C_1_app HTTP/);
  });

  it('has the refresh token that the last response has granted', async () => {
    const grant = (token: string, refreshToken?: string) =>
      createJsonResponse({ access_token: token, ...(refreshToken && { refresh_token: refreshToken }), expires_in: 60 });
    const unauthorized = createResponse(401);
    tokens = await TokenRehearsal.start({
      credential: { grant: 'refresh_token', ...client, refreshToken: 'R0' },
      responses: [grant('T1', 'R1'), grant('T2')],
      served: [unauthorized],
    });

    await tokens.call();

    expect(tokens.server.requests.map((request) => getForm(request)['refresh_token'])).toEqual(['R0', 'R1']);
  });

  it('has time limits of its own', async () => {
    tokens = await TokenRehearsal.start({
      credential: { ...client, timeout: '50ms' },
      responses: [Buffer.alloc(0)],
      settings: { timeout: '20s' },
    });

    const startedAtMs = Date.now();
    expect(await catchRejection(tokens.call())).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
  });
});

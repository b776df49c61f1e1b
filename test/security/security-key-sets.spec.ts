import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { EchoCaller } from './caller-services';
import { createClaims, createToken } from './token';

const rsa = (modulusLength = 2_048) => generateKeyPairSync('rsa', { modulusLength });
const [first, second, foreignKey, short] = [rsa(), rsa(), rsa(), rsa(1_024)];
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = ({ publicKey }: typeof first, kid?: string) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...(kid && { kid }),
});
const offCurve = { ...jwk(ec, 'off-curve'), x: Buffer.alloc(32, 1).toString('base64url') };

/** Key sets of the issuers, by path. */
const PUBLISHED: Record<string, readonly unknown[]> = {
  '/two': [jwk(first, 'a'), jwk(second, 'b')],
  '/many': Array.from({ length: 20 }, () => jwk(first)),
  '/bad': [jwk(short, 'short'), offCurve, 'no key', jwk(first, 'good')],
  '/rotating': [jwk(first)],
};

const rs = (key: typeof first, kid?: string) =>
  createToken({ alg: 'RS256', ...(kid && { kid }) }, createClaims(), key.privateKey);

describe('the key set of an issuer', () => {
  let running: RunningBus;
  let issuer: Server;
  beforeAll(async () => {
    issuer = createServer((request, response) => response.end(JSON.stringify({ keys: PUBLISHED[request.url ?? ''] })));
    await once(issuer.listen(0, '127.0.0.1'), 'listening');
    const { port } = issuer.address() as AddressInfo;
    const names = Object.keys(PUBLISHED).map((path) => path.slice(1));
    const definition = (name: string) =>
      `  ${name}: { type: jwt, algorithms: [RS256, ES256], jwks: 'http://127.0.0.1:${port}/${name}', issuer: 'https://id.example.com', audience: bus }`;
    const channel = (name: string) => `    ${name}: { method: GET, path: /${name}, service: who, security: ${name} }`;
    running = await startBus({
      services: [EchoCaller],
      config: {
        'security.yaml': ['security:', ...names.map(definition)].join('\n'),
        'channels.yaml': ['channels:', '  rest:', ...names.map(channel)].join('\n'),
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    issuer.close();
  });

  const requestStatus = async (path: string, bearer: string) => {
    const { status, body } = await sendRequest(`${running.url}${path}`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    return status === 200 ? 200 : body['code'];
  };

  it('is searched key by key for a token without a key id', async () => {
    const found = [];
    for (const key of [first, second, foreignKey]) found.push(await requestStatus('/two', rs(key)));

    expect(found).toEqual([200, 200, 'INVALID_TOKEN']);
  });

  it('reports that a token without a key id has expired, and nothing more', async () => {
    const expired = (key: typeof first) => createToken({ alg: 'RS256' }, createClaims({ exp: 1 }), key.privateKey);

    expect(await requestStatus('/two', expired(second))).toBe('TOKEN_EXPIRED');
    expect(await requestStatus('/two', expired(foreignKey))).toBe('INVALID_TOKEN');
  });

  it('limits the verifications per token in a large set', async () => {
    expect(await requestStatus('/many', rs(first))).toBe(200);
    expect(await requestStatus('/many', rs(foreignKey))).toBe('INVALID_TOKEN');
  });

  it('is fetched again for a token without a key id that matches no known key', async () => {
    expect(await requestStatus('/rotating', rs(first))).toBe(200);
    expect(await requestStatus('/rotating', rs(second))).toBe('INVALID_TOKEN');
  });

  it('may contain unusable keys: their tokens are 401, others are valid, and one log line lists them', async () => {
    const found = [
      await requestStatus('/bad', rs(short, 'short')),
      await requestStatus('/bad', createToken({ alg: 'ES256', kid: 'off-curve' }, createClaims(), ec.privateKey)),
      await requestStatus('/bad', rs(short)),
      await requestStatus('/bad', rs(first, 'good')),
      await requestStatus('/bad', rs(first)),
    ];

    expect(found).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN', 'INVALID_TOKEN', 200, 200]);
    const lines = running.readLog().filter(({ msg }) => /key set/.test(String(msg)));
    expect(lines).toMatchObject([
      { level: 'warn', definition: 'bad', bad: 3, keys: [{ key: 'short' }, { key: 'off-curve' }, { key: '#2' }] },
    ]);
    expect(running.readLog().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

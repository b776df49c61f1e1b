import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createJsonFetcher } from './fetch-json';
import { RemoteKeySet } from './remote-key-set';

const MINUTE_MS = 60_000;
const SIGNED = { payload: '', signature: '' };

describe('the keys that an issuer publishes', () => {
  let issuer: Server;
  let published: { kids: string[]; status: number; fetches: number; isHanging: boolean };
  let nowMs: number;
  let keys: RemoteKeySet;
  beforeEach(async () => {
    nowMs = 0;
    published = { kids: ['k1'], status: 200, fetches: 0, isHanging: false };
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    issuer = createServer((_request, response) => {
      published.fetches += 1;
      if (published.isHanging) return;
      response.statusCode = published.status;
      response.end(JSON.stringify({ keys: published.kids.map((kid) => ({ ...jwk, kid, alg: 'ES256' })) }));
    });
    await once(issuer.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/`;
    keys = new RemoteKeySet(() => createJsonFetcher()(url), { nowMs: () => nowMs });
  });
  afterEach(() => {
    issuer.close();
    issuer.closeAllConnections();
  });

  const findFailureCode = () => findKey().then(undefined, ({ code }: { code: string }) => code);
  const findKey = async (kid = 'k1') => keys.getKey({ alg: 'ES256', kid }, SIGNED);

  it('are fetched once for concurrent requests, and cached', async () => {
    await Promise.all([findKey(), findKey(), findKey()]);
    nowMs = 9 * MINUTE_MS;
    await findKey();

    expect(published.fetches).toBe(1);
  });

  it('are refreshed in the background after ten minutes', async () => {
    await findKey();
    published.kids = ['k1', 'k2'];
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');
    await findKey();
    await again;

    await expect(findKey('k2')).resolves.toBeDefined();
    expect(published.fetches).toBe(2);
  });

  it('stay in use while a refresh is pending', async () => {
    await findKey();
    published.isHanging = true;
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');

    await expect(findKey()).resolves.toBeDefined();
    await again;
    await expect(findKey()).resolves.toBeDefined();
  });

  it('are fetched again for a token that no known key has signed, but not immediately again', async () => {
    await findKey();
    nowMs = MINUTE_MS;

    await expect(keys.renew()).resolves.toBe(true);
    await expect(keys.renew()).resolves.toBe(false);
    expect(published.fetches).toBe(2);
  });

  it('are fetched again for an unknown key id', async () => {
    await findKey();
    published.kids = ['k2'];
    nowMs = MINUTE_MS;

    await expect(findKey('k2')).resolves.toBeDefined();
  });

  it('are not fetched again for every unknown key id', async () => {
    await findKey();
    for (const kid of ['a', 'b', 'c'])
      await expect(findKey(kid)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });

    expect(published.fetches).toBe(1);
  });

  it('stay in use while the issuer is unavailable', async () => {
    await findKey();
    published.status = 503;
    nowMs = 60 * MINUTE_MS;

    await expect(findKey()).resolves.toBeDefined();
  });

  it('are requested at most every ten seconds while there are none', async () => {
    published.status = 503;

    const outcomes = [await findFailureCode(), await findFailureCode(), await findFailureCode()];

    expect(outcomes).toEqual(Array(3).fill('UPSTREAM_UNAVAILABLE'));
    expect(published.fetches).toBe(1);

    nowMs = 10_000;
    published.status = 200;
    await expect(findKey()).resolves.toBeDefined();
  });
});

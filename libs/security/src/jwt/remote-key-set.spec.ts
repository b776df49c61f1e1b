import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RemoteKeySet } from './remote-key-set';

const MINUTE_MS = 60_000;
const SIGNED = { payload: '', signature: '' };

describe('the keys that an issuer publishes', () => {
  let issuer: Server;
  let published: { kids: string[]; status: number; asked: number; isHanging: boolean };
  let nowMs: number;
  let keys: RemoteKeySet;
  beforeEach(async () => {
    nowMs = 0;
    published = { kids: ['k1'], status: 200, asked: 0, isHanging: false };
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    issuer = createServer((_request, response) => {
      published.asked += 1;
      if (published.isHanging) return;
      response.statusCode = published.status;
      response.end(JSON.stringify({ keys: published.kids.map((kid) => ({ ...jwk, kid, alg: 'ES256' })) }));
    });
    await once(issuer.listen(0, '127.0.0.1'), 'listening');
    keys = new RemoteKeySet(`http://127.0.0.1:${(issuer.address() as AddressInfo).port}/`, { nowMs: () => nowMs });
  });
  afterEach(() => {
    issuer.close();
    issuer.closeAllConnections();
  });

  const refusal = () => ask().then(undefined, ({ code }: { code: string }) => code);
  const ask = async (kid = 'k1') => keys.getKey({ alg: 'ES256', kid }, SIGNED);

  it('are fetched once for concurrent requests, and cached', async () => {
    await Promise.all([ask(), ask(), ask()]);
    nowMs = 9 * MINUTE_MS;
    await ask();

    expect(published.asked).toBe(1);
  });

  it('are refreshed in the background after ten minutes', async () => {
    await ask();
    published.kids = ['k1', 'k2'];
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');
    await ask();
    await again;

    await expect(ask('k2')).resolves.toBeDefined();
    expect(published.asked).toBe(2);
  });

  it('stay in use while a refresh is pending', async () => {
    await ask();
    published.isHanging = true;
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');

    await expect(ask()).resolves.toBeDefined();
    await again;
    await expect(ask()).resolves.toBeDefined();
  });

  it('are fetched again for a token that no known key has signed, but not immediately again', async () => {
    await ask();
    nowMs = MINUTE_MS;

    await expect(keys.renew()).resolves.toBe(true);
    await expect(keys.renew()).resolves.toBe(false);
    expect(published.asked).toBe(2);
  });

  it('are fetched again for an unknown key id', async () => {
    await ask();
    published.kids = ['k2'];
    nowMs = MINUTE_MS;

    await expect(ask('k2')).resolves.toBeDefined();
  });

  it('are not fetched again for every unknown key id', async () => {
    await ask();
    for (const kid of ['a', 'b', 'c'])
      await expect(ask(kid)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });

    expect(published.asked).toBe(1);
  });

  it('stay in use while the issuer is unavailable', async () => {
    await ask();
    published.status = 503;
    nowMs = 60 * MINUTE_MS;

    await expect(ask()).resolves.toBeDefined();
  });

  it('are requested at most every ten seconds while there are none', async () => {
    published.status = 503;

    const outcomes = [await refusal(), await refusal(), await refusal()];

    expect(outcomes).toEqual(Array(3).fill('UPSTREAM_UNAVAILABLE'));
    expect(published.asked).toBe(1);

    nowMs = 10_000;
    published.status = 200;
    await expect(ask()).resolves.toBeDefined();
  });
});

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

  it('are fetched once for all that ask at the same time, and kept', async () => {
    await Promise.all([ask(), ask(), ask()]);
    nowMs = 9 * MINUTE_MS;
    await ask();

    expect(published.asked).toBe(1);
  });

  it('are fetched again after ten minutes, behind the requests that use them', async () => {
    await ask();
    published.kids = ['k1', 'k2'];
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');
    await ask();
    await again;

    await expect(ask('k2')).resolves.toBeDefined();
    expect(published.asked).toBe(2);
  });

  it('are used while an issuer that does not respond is asked for them again', async () => {
    await ask();
    published.isHanging = true;
    nowMs = 11 * MINUTE_MS;
    const again = once(issuer, 'request');

    await expect(ask()).resolves.toBeDefined();
    await again;
    await expect(ask()).resolves.toBeDefined();
  });

  it('are fetched once more for a token that none of them has signed, and not again at once', async () => {
    await ask();
    nowMs = MINUTE_MS;

    await expect(keys.renew()).resolves.toBe(true);
    await expect(keys.renew()).resolves.toBe(false);
    expect(published.asked).toBe(2);
  });

  it('are fetched again for a key id that is new', async () => {
    await ask();
    published.kids = ['k2'];
    nowMs = MINUTE_MS;

    await expect(ask('k2')).resolves.toBeDefined();
  });

  it('are not fetched again for each key id that somebody makes up', async () => {
    await ask();
    for (const kid of ['a', 'b', 'c'])
      await expect(ask(kid)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });

    expect(published.asked).toBe(1);
  });

  it('go on being good while the issuer is down', async () => {
    await ask();
    published.status = 503;
    nowMs = 60 * MINUTE_MS;

    await expect(ask()).resolves.toBeDefined();
  });

  it('are asked for no more than every ten seconds while there are none', async () => {
    published.status = 503;

    const outcomes = [await refusal(), await refusal(), await refusal()];

    expect(outcomes).toEqual(Array(3).fill('UPSTREAM_UNAVAILABLE'));
    expect(published.asked).toBe(1);

    nowMs = 10_000;
    published.status = 200;
    await expect(ask()).resolves.toBeDefined();
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { readKeySet } from './key-set';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });

const RSA = rsa(2_048);
const GOOD = { ...RSA.publicKey.export({ format: 'jwk' }), kid: 'good' };
const OFF_CURVE = { ...ec('P-256'), x: Buffer.alloc(32, 1).toString('base64url'), kid: 'off' };

const listUnusable = async (keys: readonly unknown[], algorithms = ['RS256', 'ES256'] as const) =>
  (await readKeySet({ keys }, algorithms)).unusable;

describe('a key set', () => {
  it('has no unusable keys', async () => {
    const { keys, unusable } = await readKeySet({ keys: [OFF_CURVE, GOOD] }, ['RS256', 'ES256']);

    expect(keys).toEqual([GOOD]);
    expect(unusable).toEqual([{ key: 'off', reason: expect.any(String) }]);
  });

  it.each<[what: string, key: unknown, reason: unknown]>([
    ['a short RSA key', rsa(1_024).publicKey.export({ format: 'jwk' }), 'RSA key of 1024 bits, expected at least 2048'],
    ['a point off its curve', OFF_CURVE, expect.any(String)],
    ['a private key', RSA.privateKey.export({ format: 'jwk' }), 'it is not a public key'],
    ['a modulus that is missing', { kty: 'RSA', e: 'AQAB' }, expect.any(String)],
    ['a key without its type', { kid: 'x', n: 'AQAB' }, expect.stringContaining('kty')],
    ['a text', 'key', expect.stringContaining('kty')],
  ])('reports %s', async (_what, key, reason) => {
    expect(await listUnusable([key, GOOD])).toEqual([{ key: expect.any(String), reason }]);
  });

  it.each<[what: string, key: unknown]>([
    ['encryption', { ...rsa(1_024).publicKey.export({ format: 'jwk' }), use: 'enc' }],
    ['another algorithm', { ...rsa(1_024).publicKey.export({ format: 'jwk' }), alg: 'RS1' }],
    ['another curve', ec('secp256k1')],
    ['a kind that is not known', { kty: 'NTRU', n: 1 }],
  ])('does not report a key for %s', async (_what, key) => {
    expect(await listUnusable([key, GOOD])).toEqual([]);
  });

  it('is invalid without a list of keys', async () => {
    await expect(readKeySet({ keys: {} }, ['RS256'])).rejects.toThrow();
  });
});

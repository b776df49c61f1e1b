import crypto from 'node:crypto';
import type { Caller } from '../caller';
import { CredentialStore } from './credential-store';
import { PasswordHasher } from './password-hasher';
import { generateKey, hashSecret } from './stored-secret';

const caller = (name: string): Caller => ({ name, scopes: [], definition: 'keys' });
const createStore = (
  entries: readonly { name: string; secret: string; username?: string }[],
  runs = new PasswordHasher(),
) =>
  new CredentialStore(
    entries.map(({ name, ...credentials }) => ({ caller: caller(name), ...credentials })),
    runs,
  );

/** Counts how often scrypt runs. */
class CountedDerivations extends PasswordHasher {
  count = 0;

  override hash(...args: Parameters<PasswordHasher['hash']>): Promise<Buffer> {
    this.count += 1;
    return super.hash(...args);
  }
}

describe('the callers of a definition', () => {
  it('are found by their credentials, configured in the clear or as a hash', async () => {
    const store = createStore([
      { name: 'a', secret: 'key-of-a' },
      { name: 'b', secret: await hashSecret('key-of-b', 'sha256') },
    ]);

    expect(store.find('key-of-a')).toEqual(caller('a'));
    expect(store.find('key-of-b')).toEqual(caller('b'));
  });

  it.each(['', 'key', 'key-of-a ', 'KEY-OF-A', 'key-of-á', 'key-of-a\0'])(
    'are not found by anything else: %j',
    (secret) => {
      expect(createStore([{ name: 'a', secret: 'key-of-a' }]).find(secret)).toBeUndefined();
    },
  );

  it('are found by user name and password together', () => {
    const store = createStore([
      { name: 'a', username: 'a', secret: 'pass-of-a' },
      { name: 'b', username: 'b', secret: 'pass-of-b' },
    ]);

    expect(store.find('pass-of-b', 'b')).toEqual(caller('b'));
    expect(store.find('pass-of-b', 'a')).toBeUndefined();
    expect(store.find('pass-of-b')).toBeUndefined();
  });

  it('cost one run of scrypt for any number of concurrent requests', async () => {
    const runs = new CountedDerivations();
    const store = createStore([{ name: 'a', username: 'a', secret: await hashSecret('pass-of-a', 'scrypt') }], runs);

    const found = await Promise.all([1, 2, 3].map(async () => store.find('pass-of-a', 'a')));

    expect(found).toEqual([caller('a'), caller('a'), caller('a')]);
    expect(store.find('pass-of-a', 'a')).toEqual(caller('a'));
    expect(runs.count).toBe(1);
  });

  it('cost one run of scrypt for a wrong password and for an unknown name', async () => {
    const runs = new CountedDerivations();
    const hashes = await Promise.all(['x', 'y'].map((secret) => hashSecret(secret, 'scrypt')));
    const entries = hashes.map((secret, index) => ({ name: `n${index}`, username: `u${index}`, secret }));
    const store = createStore([...entries, { name: 'c', username: 'c', secret: 'in-the-clear' }], runs);

    const counts = [];
    for (const username of ['u0', 'u1', 'c', 'nobody']) {
      const before = runs.count;
      expect(await store.find('wrong', username)).toBeUndefined();
      counts.push(runs.count - before);
    }

    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it('are searched until the last client with the same credentials has left', async () => {
    const runs = new CountedDerivations(() => new Promise(() => undefined));
    const store = createStore(
      [{ name: 'a', username: 'a', secret: `scrypt:${'s'.repeat(22)}:${'d'.repeat(43)}` }],
      runs,
    );
    const [one, other] = [new AbortController(), new AbortController()];
    for (const secret of ['x', 'y']) void store.find(secret, 'a', { ip: 'n' });
    const found = [one, other].map(({ signal }) => store.find('pass', 'a', { ip: 'n', signal }));

    one.abort(new Error('one has left'));
    const joined = store.find('pass', 'a', { ip: 'n', signal: other.signal });
    other.abort(new Error('the other has left'));

    expect(runs.count).toBe(3);
    expect(joined).toBe(found[0]);
    await expect(joined).rejects.toThrow('the other has left');
  });

  it('are rejected immediately if the queue for scrypt is full', async () => {
    const quick = new PasswordHasher((secret) => new Promise((resolve) => setImmediate(resolve, Buffer.from(secret))));
    const store = createStore([{ name: 'a', secret: `scrypt:${'s'.repeat(22)}:${'d'.repeat(43)}` }], quick);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, async (_, index) => store.find(`wrong-${index}`.padEnd(32))),
    );

    const rejected = outcomes.filter(({ status }) => status === 'rejected');
    expect(rejected).toHaveLength(6);
    expect(rejected[0]).toMatchObject({ reason: { code: 'OVERLOADED' } });
  });

  it('are each compared with a key in constant time, whether it is nearly right, wrong or right', () => {
    const known = Array.from({ length: 50 }, () => generateKey());
    const store = createStore(known.map((secret, index) => ({ name: `n${index}`, secret })));
    const [first = ''] = known;
    const nearly = first.slice(0, -1) + (first.endsWith('A') ? 'B' : 'A');
    const compare = jest.spyOn(crypto, 'timingSafeEqual');

    const comparisons = [nearly, 'short', first].map((secret) => {
      compare.mockClear();
      void store.find(secret);
      return compare.mock.calls.map(([one, other]) => [one.byteLength, other.byteLength]);
    });

    compare.mockRestore();
    // One comparison of the names and one of the secrets, as digests of the same length.
    expect(comparisons.map(({ length }) => length)).toEqual([100, 100, 100]);
    expect(new Set(comparisons.flat(2))).toEqual(new Set([64]));
  });
});

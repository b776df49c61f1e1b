import { setImmediate as turn } from 'node:timers/promises';
import { PasswordHasher, type HashRequester } from './password-hasher';

const SALT = Buffer.alloc(16);

/** Hashes that the test ends, in the order in which they were started. */
class ManualHasher {
  readonly started: string[] = [];
  readonly #ends: (() => void)[] = [];
  readonly runs = new PasswordHasher((secret) => {
    this.started.push(secret);
    return new Promise((resolve) => this.#ends.push(() => resolve(Buffer.from(secret))));
  });

  /** Ends the oldest running hash, and waits until the next one is started. */
  async end(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      this.#ends.shift()?.();
      await turn();
    }
  }
}

const [staff, partners] = [{}, {}];
const from = (network: string, definition: object = staff): HashRequester => ({ definition, network });

describe('password hashes', () => {
  it('run two at a time', async () => {
    const { started, runs } = new ManualHasher();

    for (const secret of ['1', '2', '3']) void runs.hash(secret, SALT, from('a'));
    await turn();

    expect(started).toEqual(['1', '2']);
  });

  it('serve the definitions in turn, and the networks of a definition in turn', async () => {
    const hasher = new ManualHasher();
    for (const secret of ['a1', 'a2', 'a3', 'a4']) void hasher.runs.hash(secret, SALT, from('a'));
    void hasher.runs.hash('b1', SALT, from('b'));
    for (const secret of ['p1', 'p2']) void hasher.runs.hash(secret, SALT, from('a', partners));

    await hasher.end(7);

    expect(hasher.started).toEqual(['a1', 'a2', 'a3', 'p1', 'b1', 'p2', 'a4']);
  });

  it('reject the newest of the network with the most if a definition has 32 in the queue, and none of other definitions', async () => {
    const hasher = new ManualHasher();
    const flood = Array.from({ length: 34 }, (_, index) => hasher.runs.hash(`a${index}`, SALT, from('a')));

    const good = hasher.runs.hash('good', SALT, from('b'));
    const other = hasher.runs.hash('other', SALT, from('a', partners));

    await expect(flood[33]).rejects.toMatchObject({ code: 'OVERLOADED' });
    await hasher.end(5);
    expect([String(await good), String(await other)]).toEqual(['good', 'other']);
  });

  it('are not started for a client that has left', async () => {
    const hasher = new ManualHasher();
    const leaving = new AbortController();
    for (const secret of ['1', '2']) void hasher.runs.hash(secret, SALT, from('a'));
    const left = hasher.runs.hash('left', SALT, { ...from('a'), signal: leaving.signal });
    void hasher.runs.hash('3', SALT, from('a'));

    leaving.abort(new Error('the client has left'));

    await expect(left).rejects.toThrow('the client has left');
    await hasher.end(2);
    expect(hasher.started).toEqual(['1', '2', '3']);
  });

  it('leave the queue when clients leave', async () => {
    const hasher = new ManualHasher();
    const leaving = Array.from({ length: 32 }, () => new AbortController());
    for (const secret of ['1', '2']) void hasher.runs.hash(secret, SALT, from('a'));
    const left = leaving.map(({ signal }) => hasher.runs.hash('left', SALT, { ...from('a'), signal }));

    for (const each of leaving) each.abort(new Error('the client has left'));
    await Promise.allSettled(left);
    void hasher.runs.hash('good', SALT, from('a'));
    await hasher.end(2);

    expect(hasher.started).toEqual(['1', '2', 'good']);
  });

  it('continue after a failed one', async () => {
    const runs = new PasswordHasher((secret) =>
      secret === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve(SALT),
    );

    const outcomes = await Promise.allSettled(
      ['bad', 'bad', 'good', 'bad', 'good'].map((secret) => runs.hash(secret, SALT)),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });
});

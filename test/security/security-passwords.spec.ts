import crypto, { scryptSync } from 'node:crypto';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';

/** A hash as `trunkline hash-key` prints it. */
function createHashText(password: string): string {
  const salt = Buffer.alloc(16, password);
  const hashed = scryptSync(password, salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 ** 2 });
  return `scrypt:${salt.toString('base64url')}:${hashed.toString('base64url')}`;
}

const basic = (name: string) =>
  `{ type: basic, callers: [{ name: ${name}, username: ${name}, password: '${createHashText(name)}' }] }`;
const CONFIG = `
bus: { http: { port: 0, trustProxy: true }, log: { level: debug }, authFailures: off }
security: { people: ${basic('ann')}, partners: ${basic('acme')}, keys: { type: apiKey, header: X-API-Key, callers: [{ name: robot, key: robot-key }] } }
channels:
  rest:
    people: { method: GET, path: /people, service: who, security: people, timeout: 60s }
    hasty: { method: GET, path: /hasty, service: who, security: people, timeout: 1ms }
    either: { method: GET, path: /either, service: who, security: [people, keys], timeout: 60s }
    partners: { method: GET, path: /partners, service: who, security: partners, timeout: 60s }
`;

describe('passwords stored as scrypt hashes', () => {
  const hashSpy = jest.spyOn(crypto, 'scrypt');
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ services: [EchoCaller], config: { 'test-bus.yaml': CONFIG } });
  });
  afterAll(async () => {
    await running.stop();
    hashSpy.mockRestore();
  });

  const get = (path: string, pair: string, init: { readonly ip?: string; readonly signal?: AbortSignal } = {}) => {
    const { ip = '203.0.113.1', signal } = init;
    const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    return sendRequest(`${running.url}${path}`, {
      headers: { authorization, 'x-forwarded-for': ip },
      ...(signal && { signal }),
    });
  };
  /** Sends wrong passwords from one address, all at once. @returns aborts the requests that are left */
  const flood = (times: number) => {
    const leaving = new AbortController();
    const statuses: number[] = [];
    const all = Array.from({ length: times }, async (_, index) => {
      const { status } = await get('/people', `ann:guess-${index}`, leaving);
      statuses.push(status);
      return status;
    });
    const end = async () => {
      leaving.abort();
      await Promise.allSettled(all);
    };
    return { all, statuses, end };
  };

  it('authenticate their users, the second time without hashing again', async () => {
    expect((await get('/people', 'ann:ann')).body).toMatchObject({ name: 'ann' });
    const before = hashSpy.mock.calls.length;
    expect((await get('/people', 'ann:ann')).status).toBe(200);
    expect(hashSpy.mock.calls.length).toBe(before);
  });

  it('do not delay callers of other definitions during a brute-force attack', async () => {
    const { statuses, end } = flood(20);

    expect((await get('/partners', 'acme:acme')).status).toBe(200);

    expect(statuses.length).toBeLessThan(10);
    await end();
  });

  it('do not delay callers of the same definition from other addresses', async () => {
    const { statuses, end } = flood(20);

    expect((await get('/people', 'ann:elsewhere', { ip: '198.51.100.7' })).status).toBe(401);

    expect(statuses.length).toBeLessThan(10);
    await end();
  });

  it('are not hashed beyond the queue of one address: 503 with Retry-After', async () => {
    const { all, end } = flood(60);

    // A few may be hashed before all have arrived.
    const rejected = Promise.any(
      all.map(async (each) => ((await each) === 503 ? 503 : Promise.reject(new Error('401')))),
    );
    await expect(rejected).resolves.toBe(503);

    await end();
  });

  it('are not hashed for clients that have disconnected', async () => {
    const before = hashSpy.mock.calls.length;
    const { all, end } = flood(20);
    await Promise.race(all);
    await end();

    expect((await get('/people', 'ann:last')).status).toBe(401);

    expect(hashSpy.mock.calls.length - before).toBeLessThan(10);
    const closed = running.readLog().filter(({ err }) => Object(err).code === 'CLIENT_CLOSED');
    expect(closed.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('are waited for no longer than the timeout of the channel: 504, and no service runs', async () => {
    const before = getRunCount();

    const { status, body } = await get('/hasty', 'ann:hasty');

    expect([status, body['code']]).toEqual([504, 'DEADLINE_EXCEEDED']);
    expect(getRunCount()).toBe(before);
  });

  it('do not delay a caller that another definition authenticates', async () => {
    const response = await sendRequest(`${running.url}/either`, {
      headers: { authorization: `Basic ${Buffer.from('ann:guess').toString('base64')}`, 'x-api-key': 'robot-key' },
    });

    expect(response.body).toMatchObject({ name: 'robot' });
  });
});

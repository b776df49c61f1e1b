import { createJobsDirectory } from '../jobs/jobs-directory';
import { BusService, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { EchoCaller } from './caller-services';
import { createClaims, createToken } from './token';

const SECRET = 'a secret of thirty-two bytes or more';

@BusService({ name: 'count' })
class Count extends Service {
  static runs = 0;

  handle() {
    Count.runs += 1;
    return { runs: Count.runs };
  }
}

@BusService({ name: 'hand.in' })
class HandIn extends Service {
  handle() {
    return this.invokeAsync(Work, {});
  }
}

@BusService({ name: 'work' })
class Work extends Service {
  static readonly callers: unknown[] = [];

  handle() {
    Work.callers.push(this.request.caller);
  }
}

const createConfig = (directory: string) => `
bus: { http: { port: 0 }, log: { level: debug }, jobs: { directory: '${directory}' } }
security:
  staff: { type: jwt, algorithms: [HS256], secret: ${SECRET}, issuer: 'https://id.example.com', audience: bus }
  a: { type: apiKey, header: X-Key, callers: [{ name: 'b:name:c', key: key-of-first }] }
  'a:name:b': { type: apiKey, header: X-Key, callers: [{ name: c, key: key-of-second }] }
channels:
  rest:
    who: { method: GET, path: /who, service: who, security: staff }
    limited: { method: GET, path: /limited, service: who, security: staff, rateLimit: { limit: 1, per: 1h } }
    either: { method: GET, path: /either, service: who, security: [a, 'a:name:b'], rateLimit: { limit: 1, per: 1h } }
    once: { method: POST, path: /once, service: count, security: staff, idempotency: required }
    later: { method: POST, path: /later, service: count, security: staff, async: true }
    hand.in: { method: POST, path: /hand-in, service: hand.in, security: staff }
`;

const bearer = (changes: Readonly<Record<string, unknown>>) => ({
  authorization: `Bearer ${createToken({ alg: 'HS256' }, createClaims(changes), SECRET)}`,
});
/** A person on a page of the client `web`, and a program with the same name. */
const person = () => bearer({ sub: 'nightly', client_id: 'web' });
const program = () => bearer({ sub: undefined, client_id: 'nightly' });

describe('a person and a program with one name', () => {
  let running: RunningBus;
  beforeAll(async () => {
    const config = { 'test-bus.yaml': createConfig(await createJobsDirectory()) };
    running = await startBus({ services: [EchoCaller, Count, HandIn, Work], config });
  });
  afterAll(() => running.stop());

  const get = async (path: string, headers: Readonly<Record<string, string>>) =>
    sendRequest(`${running.url}${path}`, { headers });
  const post = async (path: string, headers: Readonly<Record<string, string>>) =>
    sendRequest(`${running.url}${path}`, createJsonRequest('POST', {}, headers));

  it('are different callers for services', async () => {
    expect((await get('/who', person())).body).not.toHaveProperty('isClient');
    expect((await get('/who', program())).body).toMatchObject({ name: 'nightly', isClient: true });
  });

  it('are one caller if a token of the program has it as its subject', async () => {
    expect((await get('/who', bearer({ sub: 'nightly', client_id: 'nightly' }))).body).toMatchObject({
      isClient: true,
    });
  });

  it('have separate rate limits', async () => {
    const statuses = [];
    for (const headers of [person(), program(), person()]) statuses.push((await get('/limited', headers)).status);

    expect(statuses).toEqual([200, 200, 429]);
  });

  it('do not get the stored response of each other', async () => {
    const key = { 'idempotency-key': 'of-both' };

    const first = await post('/once', { ...person(), ...key });
    const second = await post('/once', { ...program(), ...key });
    const again = await post('/once', { ...person(), ...key });

    expect(second.body['runs']).not.toBe(first.body['runs']);
    expect(again.body).toEqual(first.body);
  });

  it('cannot read the jobs of each other', async () => {
    const location = (await post('/later', person())).headers.get('location') ?? '';

    expect((await get(location, program())).status).toBe(404);
    expect((await get(location, person())).status).toBe(200);
  });

  it('remain different callers in their jobs', async () => {
    await post('/hand-in', program());

    const caller = await waitUntil(() => Work.callers[0]);

    expect(caller).toMatchObject({ name: 'nightly', isClient: true });
  });

  it('are as different as two definitions whose names overlap with the names of their callers', async () => {
    const statuses = [];
    for (const key of ['key-of-first', 'key-of-second', 'key-of-first'])
      statuses.push((await get('/either', { 'x-key': key })).status);

    expect(statuses).toEqual([200, 200, 429]);
  });
});

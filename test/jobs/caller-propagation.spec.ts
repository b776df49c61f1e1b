import { type Caller, BusService, type JobReceipt, required, Service } from 'trunkline';
import { createJobsDirectory } from './jobs-directory';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { createClaims, createToken } from '../security/token';
import { waitUntil } from '@trunkline/testing';

const SECRET = 'a secret of thirty-two bytes or more';

/** Callers that services received in jobs, by how the job was submitted. */
let seen = new Map<string, Caller | undefined>();

@BusService({ name: 'look' })
class Look extends Service<{ by?: string }> {
  handle() {
    seen.set(this.request.input.by ?? 'composeAsync', this.request.caller);
    return this.request.caller?.name;
  }
}

@BusService({ name: 'hand-on' })
class HandOn extends Service {
  async handle() {
    seen.set('channel', this.request.caller);
    await this.invokeAsync(Look, { by: 'invokeAsync' });
    await this.publish('looked', { by: 'publish' });
    await this.composeAsync({ look: required(Look, { by: 'branch' }) }, { into: Finish });
  }
}

@BusService({ name: 'finish' })
class Finish extends Service {
  handle() {
    seen.set('into', this.request.caller);
  }
}

@BusService({ name: 'wait' })
class Wait extends Service {
  handle() {}
}

@BusService({ name: 'submit' })
class Submit extends Service<unknown, JobReceipt> {
  handle() {
    return this.invokeAsync(Wait, {}, { deduplicationId: 'nightly', delay: '1h' });
  }
}

const configOf = (directory: string) => `
bus: { http: { port: 0 }, log: { level: debug }, jobs: { directory: '${directory}', claims: [department] } }
security:
  staff: { type: jwt, algorithms: [HS256], secret: ${SECRET}, issuer: 'https://id.example.com', audience: bus }
topics: { looked: { subscribers: [{ service: look }] } }
channels:
  rest:
    later: { method: POST, path: /later, service: hand-on, security: staff, async: true }
    either: { method: POST, path: /either, service: look, security: staff, async: optional }
    submit: { method: POST, path: /submit, service: submit, security: staff }
`;

const bearer = (sub: string) =>
  `Bearer ${createToken({ alg: 'HS256' }, createClaims({ sub, scope: 'orders', department: 'sales', email: `${sub}@example.com` }), SECRET)}`;
const ANN = { name: 'ann', scopes: ['orders'], definition: 'staff', claims: { department: 'sales' } };

describe('the caller of a channel', () => {
  let running: RunningBus;
  beforeAll(async () => {
    const config = { 'test-bus.yaml': configOf(await createJobsDirectory()) };
    running = await startBus({ services: [Look, HandOn, Finish, Wait, Submit], config });
  });
  beforeEach(() => (seen = new Map()));
  afterAll(() => running.stop());

  /** A job waits at most a second for a store that is being opened. */
  const post = (path: string, authorization: string, headers: Readonly<Record<string, string>> = {}) =>
    waitUntil(async () => {
      const answer = await sendRequest(
        `${running.url}${path}`,
        createJsonRequest('POST', { by: 'channel' }, { authorization, ...headers }),
      );
      return answer.status === 503 ? undefined : answer;
    });

  it('is propagated to its job, and to what that job submits, with the configured claims', async () => {
    await post('/later', bearer('ann'));
    await waitUntil(() => seen.size === 5 || undefined);

    for (const by of ['channel', 'invokeAsync', 'publish', 'branch', 'into'])
      expect([by, seen.get(by)]).toEqual([by, ANN]);
  });

  it('is the same with and without `Prefer: respond-async`', async () => {
    const waited = await post('/either', bearer('ann'));
    const later = await post('/either', bearer('ann'), { prefer: 'respond-async, wait=10' });

    expect([waited.text, later.text]).toEqual(['"ann"', '"ann"']);
  });

  it('has its own deduplication ids', async () => {
    const ids = [];
    for (const name of ['ann', 'bob', 'ann']) ids.push((await post('/submit', bearer(name))).body['id']);

    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).not.toBe(ids[0]);
  });
});

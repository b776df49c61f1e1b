import { setTimeout as pause } from 'node:timers/promises';
import { Transform } from 'class-transformer';
import { IsString, registerDecorator } from 'class-validator';
import { BusService, type Composed, ConflictError, required, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { z } from 'zod';
import { type HttpResponse, sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { createJobsDirectory } from './jobs-directory';

@BusService({ name: 'work', input: ['sku'] })
class Work extends Service<{ sku: string }> {
  /** When slow work ends. */
  static end: Promise<void> = Promise.resolve();
  async handle() {
    if (this.request.input.sku === 'SLOW') await Work.end;
    if (this.request.input.sku === 'TAKEN') throw new ConflictError('Somebody was quicker', { sku: 'TAKEN' });
    return { sku: this.request.input.sku, attempt: this.request.job?.attempt ?? 0, caller: this.request.caller?.name };
  }
}

@BusService({ name: 'work.alone' })
class WorkAlone extends Work {}

@BusService({ name: 'tell' })
class Tell extends Service {
  handle() {
    return this.request.job;
  }
}

@BusService({ name: 'log-in', input: z.object({ password: z.string().meta({ secret: true }) }) })
class LogIn extends Service<{ password: string }> {
  handle() {}
}

@BusService({ name: 'compose' })
class Compose extends Service<{ sku: string }, { id: string }> {
  handle() {
    return this.composeAsync({ work: required(Work, this.request.input) }, { into: Finish });
  }
}

@BusService({ name: 'finish' })
class Finish extends Service<Composed> {
  handle() {
    return this.request.input;
  }
}

const isKnown: PropertyDecorator = (target, property) =>
  registerDecorator({
    name: 'isKnown',
    target: target.constructor,
    propertyName: String(property),
    validator: { validate: async (sku: unknown) => (await pause(1, sku)) === 'a' },
  });

class Checked {
  @IsString()
  @isKnown
  @Transform(({ value }: { readonly value: string }) => value.toLowerCase())
  readonly sku!: string;
}

@BusService({ name: 'work.checked', input: Checked })
class WorkChecked extends Service<Checked> {
  handle() {
    return this.request.input.sku;
  }
}

const channels = (directory: string) => `
bus:
  http: { port: 0 }
  log: { level: debug }
  jobs: { directory: '${directory}', maxInput: 4KiB, services: { work.alone: { concurrency: 1 } } }
channels:
  rest:
    later: { method: POST, path: /later, service: work, async: true }
    either: { method: POST, path: /either, service: work, async: optional }
    by.path: { method: POST, path: '/by-path/{sku}', service: work, async: true, errors: flat }
    once: { method: POST, path: /once, service: work, async: true, idempotency: required }
    own.lane: { method: POST, path: /own-lane, service: work.alone, async: true }
    checked: { method: POST, path: /checked, service: work.checked, async: true }
    log.in: { method: POST, path: /log-in, service: log-in, async: true }
    told: { method: POST, path: /told, service: tell, async: true }
    composed: { method: POST, path: /composed, service: compose, security: [partners] }
    composed.later: { method: POST, path: /composed-later, service: compose, async: true, security: [partners] }
    closed: { method: POST, path: /closed, service: work, async: true, security: [partners] }
    from.shop:
      { method: POST, path: /from-shop, service: work, async: true, cors: { origins: ['https://shop.example.com'], expose: [X-Total] } }
    from.desk:
      method: POST
      path: /from-desk
      service: work
      async: true
      security: [partners]
      cors: { origins: ['https://desk.example.com', 'https://shop.example.com'], headers: [X-API-Key], credentials: true, maxAge: 1m }
security:
  partners:
    type: apiKey
    header: X-API-Key
    callers: [{ name: acme, key: key-of-acme }, { name: umbrella, key: key-of-umbrella }]
`;

/** Makes slow work last until the returned function is called. */
function holdWork(): () => void {
  let release = (): void => undefined;
  Work.end = new Promise((resolve) => (release = resolve));
  return release;
}

/** A response without the members that differ in each. */
function omitVariableMembers({ status, headers, body }: HttpResponse): object {
  const changing = new Set(['date', 'x-request-id']);
  const { instance: _instance, request_id: _id, ...rest } = body;
  return { status, headers: [...headers].filter(([name]) => !changing.has(name)), rest };
}

describe('An asynchronous channel', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'test-bus.yaml': channels(await createJobsDirectory()) },
      services: [Work, WorkAlone, WorkChecked, LogIn, Tell, Compose, Finish],
    });
    // The first job opens the store, and waits for a second at most.
    await waitUntil(async () => (await post('/later', { sku: 'FIRST' })).status === 202);
  }, 60_000);
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    at(path, createJsonRequest('POST', body, headers));
  const settled = async (accepted: HttpResponse, headers: Record<string, string> = {}): Promise<HttpResponse> => {
    return waitUntil(async () => {
      const response = await at(accepted.headers.get('location') ?? '', { headers });
      return ['queued', 'running'].includes(String(response.body['state'])) ? undefined : response;
    });
  };

  it('lets pages of its origins read the response, its Location and the job', async () => {
    const origin = 'https://shop.example.com';

    const accepted = await post('/from-shop', { sku: 'A' }, { origin });
    const job = await at(accepted.headers.get('location') ?? '', { headers: { origin } });

    expect(accepted.headers.get('access-control-expose-headers')).toBe('X-Request-ID, Retry-After, Location, X-Total');
    expect(job.headers.get('access-control-allow-origin')).toBe(origin);
    expect(job.headers.get('access-control-expose-headers')).toBe('X-Request-ID, Retry-After, Location, X-Total');
    expect(job.headers.get('vary')).toBe('origin');
  });

  it('waits for asynchronous validators before it accepts a job, and rejects input that makes one throw', async () => {
    await waitUntil(async () => (await post('/checked', { sku: 'A' })).status === 202);
    await expect(post('/checked', { sku: 'X' })).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
    await expect(post('/checked', { sku: 5 })).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  it('withholds its jobs from pages that may read other channels only', async () => {
    const accepted = await post('/from-shop', { sku: 'A' });

    const job = await at(accepted.headers.get('location') ?? '', { headers: { origin: 'https://desk.example.com' } });

    expect(job.status).toBe(200);
    expect(job.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['/jobs/unknown', '/jobs/*'])('lets pages read the 404 of an unknown job: %s', async (path) => {
    const { status, headers } = await at(path, { headers: { origin: 'https://desk.example.com' } });

    expect(status).toBe(404);
    expect(headers.get('access-control-allow-origin')).toBe('https://desk.example.com');
  });

  it('merges the policies of the channels of an origin for a preflight of its jobs', async () => {
    const preflight = { origin: 'https://shop.example.com', 'access-control-request-method': 'GET' };

    const { status, headers } = await at('/jobs/any', { method: 'OPTIONS', headers: preflight });

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example.com');
    expect(headers.get('access-control-allow-headers')).toBe('Content-Type, X-API-Key');
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    expect(headers.get('access-control-max-age')).toBe('60');
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('responds 202 with the Location of the job', async () => {
    const { status, headers, body } = await post('/later', { sku: 'A' });

    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/jobs/${String(body['id'])}`);
    expect(headers.get('retry-after')).toBe('1');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({ id: expect.any(String), service: 'work', state: 'queued', attempts: 0 });
  });

  it('has the result in the job once it has completed', async () => {
    const accepted = await post('/later', { sku: 'A' });
    const { status, headers, body } = await settled(accepted);

    expect(status).toBe(200);
    expect(headers.get('retry-after')).toBeNull();
    expect(body).toEqual({
      id: accepted.body['id'],
      service: 'work',
      state: 'completed',
      attempts: 1,
      result: { sku: 'A', attempt: 1 },
    });
  });

  it('finds a job in a queue of its own service', async () => {
    const { status, body } = await settled(await post('/own-lane', { sku: 'B' }));

    expect([status, body['state']]).toEqual([200, 'completed']);
  });

  it.each(['/composed', '/composed-later'])(
    'finds the durable composite that %s created, for its caller',
    async (path) => {
      const [own, other] = [{ 'x-api-key': 'key-of-acme' }, { 'x-api-key': 'key-of-umbrella' }];
      const made = await post(path, { sku: 'C' }, own);
      const result = made.status === 202 ? (await settled(made, own)).body['result'] : made.body;
      const location = `/jobs/${(result as { id: string }).id}`;
      const done = await settled({ ...made, headers: new Headers({ location }) }, own);

      expect(done.body).toMatchObject({ service: 'finish', result: { complete: true, data: { work: { sku: 'C' } } } });
      expect((await at(location, { headers: other })).status).toBe(404);
      expect((await at(location)).status).toBe(404);
    },
  );

  it('has the problem in a failed job, with the correlation id of the request that submitted it', async () => {
    const accepted = await post('/later', { sku: 'TAKEN' }, { 'x-request-id': 'made-the-job' });
    const { status, body } = await settled(accepted);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'failed',
      attempts: 1,
      problem: {
        status: 409,
        code: 'CONFLICT',
        title: 'Somebody was quicker',
        sku: 'TAKEN',
        request_id: 'made-the-job',
      },
    });
  });

  it('has Retry-After while the job has not ended', async () => {
    const release = holdWork();
    const accepted = await post('/later', { sku: 'SLOW' });
    const { headers, body } = await at(accepted.headers.get('location') ?? '');

    expect(headers.get('retry-after')).toBe('1');
    expect(['queued', 'running']).toContain(body['state']);
    release();
    await settled(accepted);
  });

  it('rejects invalid input before it submits a job', async () => {
    await expect(post('/later', { sku: '' })).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/sku' }] },
    });
    await expect(post('/by-path/A', { more: 1 })).resolves.toMatchObject({
      status: 400,
      body: { error: 'validation_failed' },
    });
  });

  it('rejects input that a job must not or cannot store', async () => {
    await expect(post('/log-in', { password: 'hunter2' })).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/password', rule: 'secret' }] },
    });
    await expect(post('/later', { sku: 'x'.repeat(5_000) })).resolves.toMatchObject({
      status: 413,
      body: { code: 'CONTENT_TOO_LARGE', detail: 'the input of a job may have 4096 bytes as JSON, this one has 5010' },
    });
  });

  it('merges its input from path, query and body as any other channel', async () => {
    const { body } = await settled(await at('/by-path/FROM-PATH', { method: 'POST' }));

    expect(body['result']).toMatchObject({ sku: 'FROM-PATH' });
  });

  it('responds with the result to a client that waits long enough', async () => {
    await expect(post('/later', { sku: 'A' }, { prefer: 'wait=10' })).resolves.toMatchObject({
      status: 200,
      body: { sku: 'A' },
    });
    await expect(post('/later', { sku: 'TAKEN' }, { prefer: 'respond-async, wait=10' })).resolves.toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
  });

  it('exposes the documented facts of the job to its service, and no others', async () => {
    const { body } = await sendRequest(`${running.url}/told`, createJsonRequest('POST', {}, { prefer: 'wait=5' }));

    expect(Object.keys(body).toSorted()).toEqual(['attempt', 'enqueuedAt', 'id']);
  });

  it('allows GET for a job, and no other method', async () => {
    const deleted = await sendRequest(`${running.url}/jobs/any`, { method: 'DELETE' });
    const options = await sendRequest(`${running.url}/jobs/any`, { method: 'OPTIONS' });

    expect([deleted.status, options.status]).toEqual([405, 204]);
    expect([deleted, options].map(({ headers }) => headers.get('allow'))).toEqual(Array(2).fill('GET, HEAD, OPTIONS'));
  });

  it('responds with the job when the wait of the client has passed', async () => {
    const release = holdWork();
    const response = await post('/either', { sku: 'SLOW' }, { prefer: 'respond-async, wait=0' });

    expect(response.status).toBe(202);
    expect(response.headers.get('preference-applied')).toBe('respond-async');
    release();
    await settled(response);
  });

  it('responds with the result if it is optional and the client does not prefer a job', async () => {
    await expect(post('/either', { sku: 'A' })).resolves.toMatchObject({ status: 200, body: { sku: 'A', attempt: 0 } });
    await expect(post('/either', { sku: 'A' }, { prefer: 'respond-async' })).resolves.toMatchObject({ status: 202 });
  });

  it('submits one job for one idempotency key', async () => {
    const first = await post('/once', { sku: 'A' }, { 'idempotency-key': 'key-1' });
    const second = await post('/once', { sku: 'A' }, { 'idempotency-key': 'key-1' });

    expect(first.status).toBe(202);
    expect(second).toMatchObject({ status: 202, text: first.text });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('discloses a job only to the caller that submitted it, under the security of its channel', async () => {
    const acme = { 'x-api-key': 'key-of-acme' };
    const accepted = await post('/closed', { sku: 'A' }, acme);
    const location = accepted.headers.get('location') ?? '';

    await expect(settled(accepted, acme)).resolves.toMatchObject({ status: 200, body: { state: 'completed' } });
    for (const headers of [{}, { 'x-api-key': 'guessed' }, { 'x-api-key': 'key-of-umbrella' }]) {
      const [hidden, missing] = [
        await at(location, { headers }),
        await at('/jobs/01M7Z4HPF9KHGB74G8FA15HXX0', { headers }),
      ];
      expect(hidden).toMatchObject({ status: 404, body: { code: 'JOB_NOT_FOUND' } });
      expect(omitVariableMembers(missing)).toEqual(omitVariableMembers(hidden));
    }
  });

  it.each(['nothing', '..%2f..', '%00', 'a b', 'x'.repeat(500)])('finds no job %s', async (id) => {
    const { status } = await at(`/jobs/${id}`);

    expect(status).toBe(404);
  });
});

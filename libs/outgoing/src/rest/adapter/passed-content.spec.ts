import { inspect } from 'node:util';
import { createJsonResponse, createResponse, ScriptedUpstream } from '@trunkline/testing';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { pickHeaders } from './passed-content';

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

async function call(response: string | Buffer, onStatus: object = {}): Promise<unknown> {
  upstream = await ScriptedUpstream.listen((socket) => socket.write(response));
  const services = { 'adapter.a': { method: 'GET', path: '/', onStatus } };
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', services } } } });
  return bus.invoke('adapter.a', {});
}
const fail = (response: string | Buffer, onStatus?: object) => catchRejection(call(response, onStatus));

describe('a rule for a success', () => {
  const rules = { 200: { when: { ok: false }, status: 422, code: 'CHAT_REJECTED', pass: ['error'] } };

  it('makes a failure of a body that has its members', async () => {
    expect(await fail(createJsonResponse({ ok: false, error: 'not_in_channel', needed: 'x' }), rules)).toMatchObject({
      status: 422,
      code: 'CHAT_REJECTED',
      kind: 'domain',
      data: { error: 'not_in_channel' },
      cause: { code: 'UPSTREAM_REJECTED', upstreamStatus: 200 },
    });
  });

  it.each([[{ ok: true, ts: '1' }], [{ ok: 'false' }], [{}], [[{ ok: false }]], [null]])(
    'leaves the body %j as it is',
    async (body) => {
      expect(await call(createJsonResponse(body), rules)).toEqual(body);
    },
  );

  it('is 502 to the client unless it has a status', async () => {
    expect(await fail(createJsonResponse({}, 202), { 202: { code: 'NOT_YET' } })).toMatchObject({ status: 502 });
  });

  it('may give a value', async () => {
    expect(await call(createResponse(304), { 304: { value: 'unchanged' } })).toBe('unchanged');
  });
});

describe('`when`', () => {
  it.each([
    [{ 'error.code': 'quota' }, { error: { code: 'quota' } }, true],
    [{ 'error.code': ['quota', 7] }, { error: { code: 7 } }, true],
    [{ 'error.code': 'quota' }, { 'error.code': 'quota' }, true],
    [{ 'errors.0.code': 5 }, { errors: [{ code: 5 }] }, true],
    [{ error: null }, { error: null }, true],
    [{ error: null }, {}, false],
    [{ 'error.code': 'quota', ok: false }, { error: { code: 'quota' } }, false],
    [{ 'constructor.name': 'Object' }, {}, false],
  ])('%j applies to %j: %s', async (when, body, applies) => {
    const failure = await fail(createJsonResponse(body, 429), { 429: { when, status: 402, code: 'QUOTA' } });

    expect(failure).toHaveProperty('code', applies ? 'QUOTA' : 'UPSTREAM_RATE_LIMITED');
  });
});

describe('the client receives of an error response', () => {
  const problem = { type: 'about:blank', detail: 'the sku is unknown', errors: [{ path: 'sku' }], internal: 'db-7' };

  it('the members in `pass`, and nothing else', async () => {
    const rules = { 422: { code: 'INVALID', pass: ['detail', 'errors', 'absent', '__proto__'] } };

    expect(await fail(createJsonResponse(problem, 422), rules)).toMatchObject({
      detail: 'the sku is unknown',
      data: { errors: [{ path: 'sku' }] },
    });
  });

  it.each([
    ['no object', '"text"'],
    ['above 64 KiB', JSON.stringify({ detail: 'x'.repeat(65_536) })],
  ])('nothing of a body that is %s', async (_what, body) => {
    const response = createResponse(422, body, { 'content-type': 'application/json' });

    expect(await fail(response, { 422: { pass: ['detail'] } })).toMatchObject({ detail: undefined, data: {} });
  });

  it('the headers in `passHeaders`, and nothing else', async () => {
    const response = createJsonResponse({}, 422, { 'x-reason': 'a', 'x-internal': 'b' });

    expect(await fail(response, { 422: { passHeaders: ['X-Reason', 'X-Absent'] } })).toHaveProperty('headers', {
      'X-Reason': 'a',
    });
  });

  it('no header whose value HTTP does not allow', () => {
    expect(pickHeaders({ 'x-a': 'a\nb', 'x-b': ['1', '2'] }, ['X-A', 'X-B'])).toEqual({ 'X-B': '1, 2' });
  });
});

describe('the calling service', () => {
  it('finds the parsed body in the error, which neither `inspect` nor JSON shows', async () => {
    const failure = await fail(createJsonResponse({ reason: 'c4n4ry' }, 422));

    expect(failure).toHaveProperty('body', { reason: 'c4n4ry' });
    expect(inspect(failure, { depth: 10, showHidden: true }) + JSON.stringify(failure)).not.toContain('c4n4ry');
  });

  it('finds it in the cause of the failure that a rule made', async () => {
    const failure = await fail(createJsonResponse({ reason: 'taken' }, 409), { 409: { code: 'TAKEN' } });

    expect(failure).toHaveProperty('cause.body', { reason: 'taken' });
  });

  it.each<[string, string | Buffer]>([
    ['there is none', createResponse(500)],
    ['it is HTML', createResponse(500, '<p>', { 'content-type': 'text/html' })],
    ['it is above 64 KiB', createJsonResponse({ a: 'x'.repeat(70_000) }, 500)],
    [
      'it is nested more than 64 times',
      createResponse(500, '['.repeat(70) + ']'.repeat(70), { 'content-type': 'application/json' }),
    ],
  ])('finds no body where %s', async (_what, response) => {
    expect(await fail(response)).toMatchObject({ code: 'UPSTREAM_ERROR', body: undefined });
  });
});

import { createJsonResponse, NO_CONTENT } from './upstream-response';
import type { Fault } from './fault';
import { Upstream } from './upstream';

const BODY = JSON.stringify({ text: 'hello' });

const codeOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: { cause?: { code?: string } }) => error.cause?.code,
  );

describe('a fault', () => {
  let upstream: Upstream;
  let worked: number;
  beforeEach(async () => {
    worked = 0;
    upstream = new Upstream('DEMO', 0, () => ({
      'GET /': () => {
        worked += 1;
        return createJsonResponse(200, { text: 'hello' }, { etag: '"1"' });
      },
      'DELETE /': () => NO_CONTENT,
    }));
    await upstream.listen('127.0.0.1', 0);
  });
  afterEach(() => upstream.close());

  function call(fault: Fault, init?: RequestInit) {
    upstream.setFault(fault);
    return fetch(`${upstream.url}/`, init);
  }

  it('with a status responds with it, without executing the request', async () => {
    const answer = await call({ status: 503 });

    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: 'simulated_fault' });
    expect(worked).toBe(0);
  });

  it.each([204, 304])('with the status %d has no body', async (status) => {
    const answer = await call({ status });

    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('content-length')).toBeNull();
  });

  it('overrides headers whatever their case, and keeps the others', async () => {
    const answer = await call({ headers: { 'Content-Type': 'text/html', 'Retry-After': '7' } });

    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html',
      'retry-after': '7',
      etag: '"1"',
    });
    expect(await answer.text()).toBe(BODY);
  });

  it.each([
    ['<html>', '<html>'],
    [{ a: [1] }, '{"a":[1]}'],
    [null, 'null'],
    ['', ''],
  ])('replaces the body by %j', async (body, sent) => {
    const answer = await call({ body });

    expect(await answer.text()).toBe(sent);
    expect(worked).toBe(1);
  });

  it('with `times` affects that number of requests', async () => {
    const statuses = [(await call({ status: 503, times: 2 })).status];
    const left: unknown = await (await fetch(`${upstream.url}/_fault`)).json();
    for (let more = 0; more < 3; more += 1) statuses.push((await fetch(`${upstream.url}/health`)).status);

    expect(statuses).toEqual([503, 503, 200, 200]);
    expect(left).toEqual({ status: 503, times: 1 });
  });

  it('with a delay responds later', async () => {
    const startedAt = performance.now();

    const answer = await call({ delay: '60ms', status: 500 });

    expect(answer.status).toBe(500);
    expect(performance.now() - startedAt).toBeGreaterThan(55);
  });

  it('with a reset breaks the connection after the request was executed', async () => {
    expect(await codeOf(call({ reset: true }))).toBe('ECONNRESET');
    expect(worked).toBe(1);
  });

  it('with `hang` never responds, and ends when the client disconnects', async () => {
    const client = new AbortController();
    const outcome = codeOf(call({ hang: true }, { signal: client.signal }));
    while (upstream.inFlight === 0) await new Promise(setImmediate);

    client.abort();
    await outcome;

    while (upstream.inFlight > 0) await new Promise(setImmediate);
    expect(upstream.requestCount).toBe(1);
  });

  it('with `drip` sends the headers at once, then byte by byte', async () => {
    const answer = await call({ drip: '2ms' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body ?? []) chunks.push(chunk);

    expect(answer.headers.get('content-length')).toBe(String(BODY.length));
    expect(Buffer.concat(chunks).toString()).toBe(BODY);
    expect(chunks.length).toBeGreaterThan(1);
  });

  it.each([
    [{ truncate: true }, 'UND_ERR_SOCKET'],
    [{ truncate: true, drip: '1ms' }, 'UND_ERR_SOCKET'],
    [{ truncate: true, reset: true }, 'ECONNRESET'],
  ])('%j truncates the body', async (fault, code) => {
    const answer = await call(fault);

    expect(answer.headers.get('content-length')).toBe(String(BODY.length));
    expect(await codeOf(answer.text())).toBe(code);
  });

  it('with `truncate` and `hang` stops in the middle of the body', async () => {
    const client = new AbortController();
    const answer = await call({ truncate: true, hang: true }, { signal: client.signal });
    const reader = answer.body?.getReader();

    const half = await reader?.read();

    expect(Buffer.from(half?.value ?? '').toString()).toBe(BODY.slice(0, BODY.length >> 1));
    expect(upstream.inFlight).toBe(1);
    client.abort();
  });

  it('with `truncate` of a response without a body closes the connection', async () => {
    const answer = await call({ truncate: true }, { method: 'DELETE' });

    expect(answer.status).toBe(204);
  });

  it('with headers that Node cannot send is a 500', async () => {
    const answer = await call({ headers: { trailer: 'x' } });

    expect(answer.status).toBe(500);
  });
});

import { connect } from 'node:net';
import { createJsonResponse } from './upstream-response';
import { Upstream } from './upstream';

describe('a simulated system', () => {
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = new Upstream('DEMO', 0, () => ({
      'GET /things/{id}': ({ id }) => createJsonResponse(200, { id }),
      'DELETE /things/{id}': () => createJsonResponse(200, {}),
      'POST /things': ({ body }) => createJsonResponse(201, body),
    }));
    await upstream.listen('127.0.0.1', 0);
  });
  afterEach(() => upstream.close());

  const call = (path: string, init?: RequestInit) => fetch(upstream.url + path, init);
  const put = (fault: unknown) => call('/_fault', { method: 'PUT', body: JSON.stringify(fault) });

  it('reports that it is up', async () => {
    const answer = await call('/health');

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'up' });
  });

  it('responds 404 without a route', async () => {
    expect((await call('/nothing')).status).toBe(404);
    expect((await call('/_nothing')).status).toBe(404);
  });

  it('responds 405 with Allow for another method', async () => {
    const answer = await call('/things/1', { method: 'PUT' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, DELETE');
  });

  it('decodes the id in a path', async () => {
    expect(await (await call('/things/a%2Fb%20c')).json()).toEqual({ id: 'a/b c' });
    expect((await call('/things/%zz')).status).toBe(400);
  });

  it.each(['{"a":', '[]', '"text"', 'null'])('responds 400 to the body %s', async (body) => {
    expect((await call('/things', { method: 'POST', body })).status).toBe(400);
  });

  it('responds 413 to a body over 1 MiB', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1_048_576) });

    expect((await call('/things', { method: 'POST', body })).status).toBe(413);
  });

  it('accepts a fault, shows it, and removes it', async () => {
    expect((await put({ status: 503 })).status).toBe(200);
    expect(await (await call('/_fault')).json()).toEqual({ status: 503 });
    expect((await call('/things/1')).status).toBe(503);

    await put({});
    expect(await (await call('/_fault')).json()).toEqual({});
    expect((await call('/things/1')).status).toBe(200);
  });

  it.each([
    [{ status: 99 }, 'status must be a number from 200 to 599, not 99'],
    [{ delay: 3 }, "delay must be a duration up to 60m, such as '250ms', '3s' or '1m', not 3"],
    [{ drip: '2h' }, 'drip must be a duration'],
    [{ delay: '61m' }, 'delay must be a duration'],
    [{ times: 0 }, 'times must be a number from 1'],
    [{ hang: 'yes' }, 'hang must be true or false'],
    [{ headers: { 'a b': 'c' } }, 'headers must be an object'],
    [{ headers: { a: 'b\r\nc: d' } }, 'headers must be an object'],
    [{ headers: ['a'] }, 'headers must be an object'],
    [{ hang: true, reset: true }, 'either hang or reset'],
    [{ stauts: 503 }, 'stauts is not a fault: write status, headers'],
    [{ constructor: 1 }, 'constructor is not a fault'],
    [{ status: 'x', times: 'y' }, 'not "x"; times'],
    ['503', 'must be a JSON object'],
  ])('rejects the fault %j with what to write instead', async (fault, message) => {
    const answer = await put(fault);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining(message) });
    expect(await (await call('/_fault')).json()).toEqual({});
  });

  it('rejects an invalid fault of a program with a TypeError', () => {
    expect(() => upstream.setFault({ status: 1 })).toThrow(TypeError);
  });

  it('logs and counts what came, but not the commands', async () => {
    await call('/things/1?a=b', { headers: { 'x-tenant': 'acme' } });
    await put({});

    const log: unknown = await (await call('/_requests')).json();

    const entry = { method: 'GET', path: '/things/1?a=b', headers: expect.objectContaining({ 'x-tenant': 'acme' }) };
    expect(log).toMatchObject({ total: 1, in_flight: 0, requests: [{ ...entry, at: expect.any(String) }] });
    expect(upstream.requests).toMatchObject([entry]);
  });

  it('logs the latest 200 requests and counts all', async () => {
    for (let id = 0; id < 201; id += 1) await (await call(`/things/${id}`)).text();

    expect(upstream.requestCount).toBe(201);
    expect(upstream.requests).toHaveLength(200);
    expect(upstream.requests[0]?.path).toBe('/things/1');
  });

  it('is healthy after a reset, with an empty log', async () => {
    upstream.setFault({ status: 503 });
    await call('/things/1');

    upstream.reset();

    expect(upstream.requestCount).toBe(0);
    expect((await call('/things/1')).status).toBe(200);
  });

  it('names port and system when it cannot listen', async () => {
    const other = new Upstream('OTHER', 0, () => ({}));
    const port = Number(new URL(upstream.url).port);

    await expect(other.listen('127.0.0.1', port)).rejects.toThrow(`OTHER cannot listen on port ${port}`);
    await other.close();
  });

  it('rejects connections between close and listen', async () => {
    const port = Number(new URL(upstream.url).port);

    await upstream.close();
    await expect(call('/health')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });

    await upstream.listen('127.0.0.1', port);
    expect((await call('/health')).status).toBe(200);
  });

  it('closes every connection at close: idle, silent, hanging, delayed and dripping', async () => {
    await (await call('/things/idle')).text();
    const silent = connect(Number(new URL(upstream.url).port), '127.0.0.1');
    const silentClosed = new Promise((resolve) => silent.once('close', resolve));
    await new Promise((resolve) => silent.once('connect', resolve));
    const outcomes = [];
    for (const fault of [{ hang: true }, { delay: '30m' }, { drip: '30m' }]) {
      upstream.setFault(fault);
      outcomes.push(call('/things/1').then((response) => response.text()));
      while (upstream.inFlight < outcomes.length) await new Promise(setImmediate);
    }

    await upstream.close();

    const settled = await Promise.allSettled(outcomes);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await silentClosed;
    expect(upstream.inFlight).toBe(0);
  });
});

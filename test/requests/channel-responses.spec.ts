import { Readable } from 'node:stream';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { sendRequest, sendUndocumentedRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const PAYLOADS: Readonly<Record<string, unknown>> = {
  object: { a: 1 },
  text: 'text',
  null: null,
  zero: 0,
  list: [1, 2],
  cyclic,
  bigint: { a: 1n },
  function: () => 1,
};

@BusService({ name: 'give' })
class Give extends Service<{ what: string }> {
  handle() {
    return PAYLOADS[this.request.input.what];
  }
}

@BusService({ name: 'set' })
class SetHeader extends Service<{ name: string; value: string }> {
  handle() {
    this.response.headers['x-before'] = 'set';
    this.response.headers[this.request.input.name] = this.request.input.value;
    return {};
  }
}

@BusService({ name: 'status' })
class SetStatus extends Service<{ status: string }> {
  handle() {
    this.response.statusCode = Number(this.request.input.status);
    return { own: 'words' };
  }
}

@BusService({ name: 'raw' })
class Raw extends Service<{ kind: string }> {
  handle() {
    this.response.headers['content-type'] = 'text/csv';
    return this.request.input.kind === 'stream' ? Readable.from(['a,b\n', '1,2\n']) : Buffer.from('a,b\n');
  }
}

@BusService({ name: 'declared', output: z.object({ id: z.string() }) })
class Declared extends Service<{ wrong?: string }, { id: string }> {
  handle() {
    const payload = { id: '1', secret: 'hidden' };
    return this.request.input.wrong === undefined ? payload : (JSON.parse('{"id":5}') as { id: string });
  }
}

const channels = `
channels:
  rest:
    give: { method: GET, path: '/give/{what}', service: give }
    set: { method: GET, path: /set, service: set }
    status: { method: GET, path: '/status/{status}', service: status }
    raw: { method: GET, path: '/raw/{kind}', service: raw, produces: [text/csv] }
    declared: { method: GET, path: /declared, service: declared }
`;

describe('the response of a channel', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'channels.yaml': channels },
      services: [Give, SetHeader, SetStatus, Raw, Declared],
    });
  });
  afterAll(() => running.stop());
  const at = (path: string) => sendRequest(`${running.url}${path}`);

  it.each([
    ['object', '{"a":1}'],
    ['text', '"text"'],
    ['null', 'null'],
    ['zero', '0'],
    ['list', '[1,2]'],
  ])('is the JSON of the payload: %s', async (what, text) => {
    const response = await at(`/give/${what}`);

    expect(response).toMatchObject({ status: 200, text });
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('is a 204 without a payload', async () => {
    const response = await at('/give/nothing');

    expect(response).toMatchObject({ status: 204, text: '' });
    expect(response.headers.get('content-type')).toBeNull();
  });

  it.each(['cyclic', 'bigint', 'function'])('is a 500 for a payload that JSON cannot represent: %s', async (what) => {
    await expect(at(`/give/${what}`)).resolves.toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  });

  it('has the headers that the service sets', async () => {
    const { headers } = await at('/set?name=x-own&value=yes');

    expect(headers.get('x-own')).toBe('yes');
  });

  it.each([
    ['x-bad', 'a%0d%0aSet-Cookie:%20b'],
    ['bad%20name', 'a'],
    ['content-length', '1'],
    ['transfer-encoding', 'chunked'],
    ['connection', 'close'],
  ])('is a 500 without headers of the service when %s is set to %s', async (name, value) => {
    const { status, headers } = await at(`/set?name=${name}&value=${value}`);

    expect(status).toBe(500);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('x-before')).toBeNull();
  });

  it('has the status that the service sets, and its own body when that is an error', async () => {
    await expect(at('/status/201')).resolves.toMatchObject({ status: 201, body: { own: 'words' } });
    await expect(sendUndocumentedRequest(`${running.url}/status/418`)).resolves.toMatchObject({
      status: 418,
      body: { own: 'words' },
    });
  });

  it.each(['99', '600', 'x'])('is a 500 for the status %s', async (status) => {
    await expect(at(`/status/${status}`)).resolves.toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  });

  it.each([
    ['buffer', 'a,b\n'],
    ['stream', 'a,b\n1,2\n'],
  ])('has the bytes of a %s unchanged', async (kind, text) => {
    const response = await at(`/raw/${kind}`);

    expect(response).toMatchObject({ status: 200, text });
    expect(response.headers.get('content-type')).toBe('text/csv');
  });

  it('is the payload as the declared output transforms it', async () => {
    await expect(at('/declared')).resolves.toMatchObject({ text: '{"id":"1"}' });
    await expect(at('/declared?wrong=1')).resolves.toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
  });
});

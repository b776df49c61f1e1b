import { BusError, BusService, optional, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'part' })
class Part extends Service {
  async handle() {
    return { is: 'here' };
  }
}

/** Contains promises, as JavaScript allows and types would prevent. */
@BusService({ name: 'held', input: 'how' })
class Held extends Service<{ how: string }> {
  async handle(): Promise<unknown> {
    const w = this.invoke(Part, {});
    switch (this.request.input.how) {
      case 'payload':
        return { w };
      case 'nested':
        return { list: [{}, { deep: { w } }] };
      case 'response':
        this.response.payload = { w };
        return undefined;
      case 'status':
        this.response.statusCode = 409;
        return { w };
      case 'body':
        return (await this.out.rest['Things']?.post('/things', { body: { w } }))?.data;
      case 'header':
        Object.assign(this.response.headers, { 'x-part': w });
        return {};
      case 'error':
        throw new BusError('Not so', { status: 409, data: { w, id: 1 } });
      default:
        return { w: await w };
    }
  }
}

@BusService({ name: 'outer', input: 'how' })
class Outer extends Service<{ how: string }> {
  async handle() {
    const { how } = this.request.input;
    if (how === 'callee') return { inner: await this.invoke(Held, { how: 'payload' }) };
    const { data } = await this.compose({ branch: optional(Held, { how: 'payload' }) });
    return data;
  }
}

describe('a payload that contains a promise', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      services: [Part, Held, Outer],
      config: {
        'channels.yaml': `channels:
  rest:
    held: { method: GET, path: '/held/{how}', service: held }
    outer: { method: GET, path: '/outer/{how}', service: outer }
`,
        'outgoing.yaml': "outgoing: { rest: { Things: { url: 'http://127.0.0.1:9' } } }",
      },
    });
  });
  afterAll(() => running.stop());

  it.each([
    ['/held/payload', 'the payload of held holds a promise at /w: is an await missing?'],
    ['/held/nested', 'the payload of held holds a promise at /list/1/deep/w'],
    ['/held/response', 'the payload of held holds a promise at /w'],
    ['/held/status', 'holds a promise at /w'],
    ['/held/body', 'the body of an outgoing call holds a promise at /w'],
    ['/held/header', 'the value of the header x-part is an object, not a text: is an await missing?'],
    ['/outer/callee', 'the payload of outer holds a promise at /inner/w'],
    ['/outer/branch', 'the payload of outer holds a promise at /branch/w'],
  ])('is a 500 for the client, and the log has its place: %s', async (path, message) => {
    const before = running.readLog().length;

    const { status, body } = await sendRequest(`${running.url}${path}`);

    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'INTERNAL_ERROR' });
    const errors = running
      .readLog()
      .slice(before)
      .filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain(message);
  });

  it('is omitted from the facts of an error', async () => {
    const { status, body } = await sendRequest(`${running.url}/held/error`);

    expect(status).toBe(409);
    expect(body).toMatchObject({ id: 1 });
    expect(body).not.toHaveProperty('w');
  });

  it('is valid once the promise is awaited', async () => {
    await expect(sendRequest(`${running.url}/held/awaited`)).resolves.toMatchObject({
      status: 200,
      body: { w: { is: 'here' } },
    });
  });
});

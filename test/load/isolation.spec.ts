import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'inner' })
class Inner extends Service<{ id: number }, number> {
  async handle() {
    await new Promise(setImmediate);
    return this.request.input.id;
  }
}

@BusService({ name: 'outer' })
class Outer extends Service<{ id: number }> {
  private seen: number[] = [];

  async handle() {
    for (let round = 0; round < 5; round += 1) {
      const id: unknown = await this.invokeDynamic('inner', { id: this.request.input.id });
      this.seen.push(Number(id));
      this.response.headers['x-id'] = String(this.request.input.id);
    }
    return { seen: this.seen, cid: this.cid };
  }
}

const config = {
  'test-bus.yaml': "bus: { http: { port: 0, overload: 'off' }, log: { level: debug } }",
  'channels.yaml': 'channels: { rest: { outer: { method: POST, path: /outer, service: outer } } }',
};

describe('concurrent requests', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config, services: [Inner, Outer] });
  });
  afterAll(() => running.stop());

  it('do not share state, 200 of them', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => index);

    const responses = await Promise.all(
      ids.map((id) =>
        sendRequest(`${running.url}/outer`, createJsonRequest('POST', { id }, { 'x-request-id': `cid-${id}` })),
      ),
    );

    for (const [id, response] of responses.entries()) {
      expect(response.body).toEqual({ seen: [id, id, id, id, id], cid: `cid-${id}` });
      expect(response.headers.get('x-id')).toBe(String(id));
    }
  });
});

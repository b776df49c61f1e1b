import { connect } from 'node:net';
import { once } from 'node:events';
import { BusService, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'hang' })
class Hang extends Service {
  static readonly signals: AbortSignal[] = [];
  handle() {
    Hang.signals.push(this.signal);
    return new Promise<never>(() => undefined);
  }
}

@BusService({ name: 'outer' })
class Outer extends Service {
  handle() {
    return this.invokeDynamic('hang');
  }
}

@BusService({ name: 'wait' })
class Wait extends Service<{ ms: string }, string> {
  async handle() {
    await new Promise((resolve) => setTimeout(resolve, Number(this.request.input.ms)));
    return 'done';
  }
}

const bus = "bus: { http: { port: 0, overload: 'off' }, log: { level: debug } }";
const channels = `
channels:
  rest:
    hang: { method: GET, path: /hang, service: hang, timeout: 200ms }
    outer: { method: GET, path: /outer, service: outer, timeout: 200ms }
    long: { method: GET, path: /long, service: hang, timeout: 1m }
    wait: { method: GET, path: '/wait/{ms}', service: wait, timeout: 15s }
`;

describe('the deadline of a channel', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'test-bus.yaml': bus, 'channels.yaml': channels },
      services: [Hang, Outer, Wait],
    });
  });
  afterAll(() => running.stop());
  const at = (path: string) => sendRequest(`${running.url}${path}`);

  it.each(['/hang', '/outer'])('ends a request that never ends with 504, and aborts its services: %s', async (path) => {
    const { status, body } = await at(path);

    expect(status).toBe(504);
    expect(body).toMatchObject({ code: 'DEADLINE_EXCEEDED', title: 'Deadline exceeded' });
    expect(JSON.stringify(body)).not.toContain('hang');
    expect(Hang.signals.at(-1)?.aborted).toBe(true);
  });

  it('does not change a response in time', async () => {
    await expect(at('/wait/20')).resolves.toMatchObject({ status: 200, text: '"done"' });
  });

  it('does not keep a request whose client disconnects: its signal aborts, and no response is sent', async () => {
    const { hostname, port } = new URL(running.url);
    const before = Hang.signals.length;
    const socket = connect(Number(port), hostname);
    socket.write('GET /long HTTP/1.1\r\nHost: a\r\n\r\n');
    while (Hang.signals.length === before) await new Promise(setImmediate);
    const signal = Hang.signals.at(-1);
    const aborted = signal ? once(signal, 'abort') : undefined;

    socket.destroy();
    await aborted;

    expect(signal?.reason).toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(running.readLog()).toContainEqual(expect.objectContaining({ code: 'CLIENT_CLOSED', status: 499 }));
  });

  it('is its own for each of 200 concurrent requests', async () => {
    const waits = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? at('/wait/5') : at('/hang')));

    const statuses = (await Promise.all(waits)).map(({ status }) => status);

    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 504)).toHaveLength(100);
  });
});

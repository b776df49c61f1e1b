import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { AcceptBacklog } from './accept-backlog';

describe('The accept backlog', () => {
  it('is empty once the wait ends, so that closing the listener resets no connection', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const backlog = new AcceptBacklog(server);
    let accepted = 0;
    server.on('connection', (socket) => {
      accepted += 1;
      socket.destroy();
    });
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 20 }, () => connect(port, '127.0.0.1').on('error', () => undefined));

    await backlog.waitUntilDrained();
    server.close();

    expect(accepted).toBe(20);
    for (const client of clients) client.destroy();
  });

  it('is waited for at most one second', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const server = createServer();
    const drained = new AcceptBacklog(server).waitUntilDrained();
    let isDrained = false;
    void drained.then(() => (isDrained = true));
    const connectFor = async (ms: number) => {
      for (let ticks = 0; ticks < 10; ticks += 1) {
        server.emit('connection');
        await new Promise(setImmediate);
      }
      jest.advanceTimersByTime(ms);
    };

    await connectFor(999);
    await connectFor(1);
    expect(isDrained).toBe(false);
    await connectFor(0);

    expect(isDrained).toBe(true);
    jest.useRealTimers();
  });
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { AcceptBacklog } from './accept-backlog';

describe('Connections that the kernel has accepted', () => {
  it('have all come when they are said to have ceased, so that closing the listener resets none', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const arrivals = new AcceptBacklog(server);
    let taken = 0;
    server.on('connection', (socket) => {
      taken += 1;
      socket.destroy();
    });
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 20 }, () => connect(port, '127.0.0.1').on('error', () => undefined));

    await arrivals.waitUntilDrained();
    server.close();

    expect(taken).toBe(20);
    for (const client of clients) client.destroy();
  });

  it('are waited for a second at the most', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const server = createServer();
    const ceased = new AcceptBacklog(server).waitUntilDrained();
    let hasCeased = false;
    void ceased.then(() => (hasCeased = true));
    const comeFor = async (ms: number) => {
      for (let turns = 0; turns < 10; turns += 1) {
        server.emit('connection');
        await new Promise(setImmediate);
      }
      jest.advanceTimersByTime(ms);
    };

    await comeFor(999);
    await comeFor(1);
    expect(hasCeased).toBe(false);
    await comeFor(0);

    expect(hasCeased).toBe(true);
    jest.useRealTimers();
  });
});

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { OpenConnections } from './open-connections';

const KEEP_ALIVE_MS = 65_000;

describe('an open connection', () => {
  let server: Server;
  let client: Socket;
  let accepted: Socket | undefined;
  /** Sends a request on a new connection to a server. */
  const openConnection = async (serve: RequestListener) => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const connections = new OpenConnections((server = createServer()), KEEP_ALIVE_MS, false);
    server.on('request', (request, response) => {
      connections.announceKeepAlive(response);
      serve(request, response);
    });
    server.once('connection', (socket) => (accepted = socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new TypeError('the server has no port');
    const requested = once(server, 'request');
    client = connect(address.port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
    await requested;
  };
  afterEach(() => {
    client.destroy();
    server.close();
    jest.useRealTimers();
  });

  it('announces how long it stays open', async () => {
    await openConnection((_request, response) => response.end());

    const [head] = (await once(client, 'data')) as [Buffer];

    expect(head.toString()).toContain('Keep-Alive: timeout=65\r\n');
  });

  it('is closed by the server once it has been idle for that time', async () => {
    await openConnection((_request, response) => response.end());
    await once(client, 'data');
    const closed = once(client, 'close');

    jest.advanceTimersByTime(KEEP_ALIVE_MS);
    expect(accepted?.destroyed).toBe(false);
    jest.advanceTimersByTime(3_000);

    await expect(closed).resolves.toEqual([false]);
  });

  it('stays open while a request is being handled', async () => {
    let finish = () => {};
    await openConnection((_request, response) => (finish = () => response.end('done')));

    jest.advanceTimersByTime(10 * KEEP_ALIVE_MS);
    finish();

    const [response] = (await once(client, 'data')) as [Buffer];
    expect(response.toString()).toContain('done');
  });
});

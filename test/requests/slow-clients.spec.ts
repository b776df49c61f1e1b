import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BusService, Service } from 'trunkline';
import { LOCALHOST_CERTIFICATE, sendRawBytes } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    return { ok: true };
  }
}

const POST = ['POST /things HTTP/1.1', 'Host: a', 'Content-Type: application/json'];

describe('A slow client', () => {
  let running: RunningBus;
  const sockets: Socket[] = [];
  const start = async (http: string) => {
    running = await startBus({
      config: {
        'channels.yaml': 'channels: { rest: { things: { method: POST, path: /things, service: echo } } }',
        'test-bus.yaml': `bus: { http: { port: 0, ${http} } }`,
      },
      services: [Echo],
    });
  };
  const open = async (text = '') => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await running.stop();
  });

  it.each([
    ['sends no head', ''],
    ['sends half a head', 'GET /things HTTP/1.1\r\nHost'],
    ['sends half a body', `${[...POST, 'Content-Length: 100'].join('\r\n')}\r\n\r\n{"a"`],
  ])('receives 408 and is disconnected: it %s', async (_what, text) => {
    await start('headersTimeout: 100ms, receiveTimeout: 200ms');

    const response = await sendRawBytes(running.url, text);

    expect(response).toMatch(/^HTTP\/1\.1 408 /);
    expect(response).toContain('"code":"REQUEST_TIMEOUT"');
    expect(response.toLowerCase()).toContain('connection: close');
  });

  it('does not delay other clients, in any number', async () => {
    await start('headersTimeout: 5s, receiveTimeout: 5s');
    const body = `${[...POST, 'Content-Length: 100'].join('\r\n')}\r\n\r\n{`;
    await Promise.all(Array.from({ length: 200 }, (_, index) => open(index % 2 ? body : 'POST /things HT')));

    for (let index = 0; index < 20; index += 1) {
      await expect(sendRequest(`${running.url}/things`, createJsonRequest('POST', '{}'))).resolves.toMatchObject({
        status: 200,
      });
    }
  });

  it('is rejected at once beyond the maximum of connections', async () => {
    await start('maxConnections: 2');
    await open();
    await open();

    const third = await open();
    await once(third, 'close');

    sockets.splice(0, 1)[0]?.destroy();
    expect(third.bytesRead).toBe(0);
  });

  it('shares the memory for bodies with all clients: beyond it, 503 before the body is read', async () => {
    await start('bodyBudget: 64KiB');
    const head = [...POST, 'Content-Length: 100000'].join('\r\n');
    const first = await open(`${head}\r\n\r\n"${'x'.repeat(80_000)}`);
    const [response] = (await once(first, 'data')) as [Buffer];

    expect(response.toString()).toMatch(/^HTTP\/1\.1 503 /);
    expect(response.toString()).toContain('"code":"OVERLOADED"');
    await once(first, 'close');
    await expect(
      sendRequest(`${running.url}/things`, createJsonRequest('POST', 'x'.repeat(20_000))),
    ).resolves.toMatchObject({
      status: 400,
    });
  });

  it('cannot exhaust the memory for bodies with a Content-Length', async () => {
    await start('bodyBudget: 64KiB');
    for (let index = 0; index < 5; index += 1)
      await open(`${[...POST, 'Content-Length: 60000'].join('\r\n')}\r\n\r\n"`);

    await expect(
      sendRequest(`${running.url}/things`, createJsonRequest('POST', JSON.stringify('x'.repeat(20_000)))),
    ).resolves.toMatchObject({ status: 200 });
  });
});

describe('A connection without a request', () => {
  const tls = JSON.stringify({ cert: LOCALHOST_CERTIFICATE.cert, key: LOCALHOST_CERTIFICATE.key });
  it.each([
    ['HTTP', '', (port: number) => connect(port, '127.0.0.1')],
    [
      'HTTPS',
      `tls: ${tls}`,
      (port: number) =>
        connectTls({ port, host: '127.0.0.1', ca: LOCALHOST_CERTIFICATE.cert, servername: 'localhost' }),
    ],
  ])('does not delay the shutdown of a bus, over %s', async (_how, http, open) => {
    const ending = await startBus({
      config: { 'test-bus.yaml': `bus: { http: { port: 0, ${http} }, shutdown: { grace: 2s } }` },
    });
    const client = open(Number(new URL(ending.url).port));
    await once(client, http ? 'secureConnect' : 'connect');
    client.resume();

    const isInTime = await ending.stop();

    expect(isInTime).toBe(true);
    client.destroy();
  });
});

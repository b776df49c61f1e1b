import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { BusService, Service } from 'trunkline';
import { sendRawBytes, waitUntil } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    return this.request.input;
  }
}

/** Responds when the test releases it. */
@BusService({ name: 'wait' })
class Wait extends Service {
  static waiting: (() => void)[] = [];
  async handle() {
    await new Promise<void>((resolve) => Wait.waiting.push(resolve));
    return { waited: true };
  }
}

@Controller('own')
class Own {
  @Post()
  echo(@Body() body: unknown) {
    return body;
  }
}

@Module({ controllers: [Own] })
class OwnModule {}

const config = {
  'test-bus.yaml': 'bus: { http: { port: 0, receiveTimeout: 500ms }, log: { level: debug } }',
  'channels.yaml': `channels:
  rest:
    things: { method: POST, path: /things, service: echo }
    wait: { method: GET, path: /wait, service: wait }`,
};
const GET_WAIT = 'GET /wait HTTP/1.1\r\nHost: a\r\n\r\n';
const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

let running: RunningBus;
beforeAll(async () => {
  running = await startBus({ config, services: [Echo, Wait], modules: [OwnModule] });
});
afterAll(() => running.stop());

const outcomes = (from = 0) =>
  running
    .readLog()
    .slice(from)
    .filter(({ status }) => status !== undefined);
const outcome = async (from: number) => {
  await waitUntil(() => outcomes(from).length > 0);
  return outcomes(from);
};

describe('A client that disconnects within its body', () => {
  const leave: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['closes', (socket) => socket.destroy()],
    ['resets', (socket) => socket.resetAndDestroy()],
  ];

  it.each(leave.flatMap(([how, go]) => ['/things', '/own'].map((path) => ({ how, go, path }))))(
    'is a 499 at debug, in channels and controllers: it $how, $path',
    async ({ go, path }) => {
      const from = running.readLog().length;
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(post(path, 100).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
      await once(socket, 'data');
      socket.write('{"a":');

      go(socket);

      expect(await outcome(from)).toMatchObject([{ level: 'debug', status: 499, code: 'CLIENT_CLOSED' }]);
    },
  );

  it('is a 408 when the bus closed the connection', async () => {
    const from = running.readLog().length;

    const response = await sendRawBytes(running.url, `${post('/things', 100)}{"a":`);

    expect(statuses(response)).toEqual([408]);
    expect(await outcome(from)).toMatchObject([{ level: 'debug', status: 408, code: 'REQUEST_TIMEOUT' }]);
  });
});

describe('Pipelined requests', () => {
  const release = async (count: number) => {
    await waitUntil(() => Wait.waiting.length >= count);
    for (const resume of Wait.waiting.splice(0)) resume();
  };

  it.each([
    ['malformed', 'GET /wait\r\nnonsense\r\n\r\n', 400],
    ['of an unknown method', 'BREW /wait HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['too large', `GET /wait HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'with a chunk that is none',
      `${post('/things', 9).replace(/Content-Length.*/, 'Transfer-Encoding: chunked')}zz\r\n`,
      400,
    ],
    ['with two Hosts', 'GET /wait HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['not there in time', 'GET /wai', 408],
  ])('get their responses in order when the last is malformed: %s', async (_what, last, status) => {
    const response = sendRawBytes(running.url, `${GET_WAIT}${GET_WAIT}${last}`);
    await release(2);
    const text = await response;

    expect(statuses(text)).toEqual([200, 200, status]);
    expect(text.match(/connection: close/gi)).toHaveLength(1);
  });
});

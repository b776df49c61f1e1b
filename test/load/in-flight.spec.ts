import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { BusService, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

/** Runs until the test releases it, in spite of its signal. */
@BusService({ name: 'stubborn' })
class Stubborn extends Service {
  static running: (() => void)[] = [];
  static runs = 0;
  async handle() {
    Stubborn.runs += 1;
    await new Promise<void>((resolve) => Stubborn.running.push(resolve));
    return { done: true };
  }
}

/** Calls the stubborn service, and ends with its own deadline. */
@BusService({ name: 'caller' })
class Calling extends Service {
  handle() {
    return this.invoke(Stubborn, {});
  }
}

const config = {
  'test-bus.yaml': 'bus: { http: { port: 0, overload: { inFlight: 5 } } }',
  'channels.yaml': `channels:
  rest:
    work: { method: POST, path: /work, service: stubborn }
    nested: { method: POST, path: /nested, service: caller }
    keyed: { method: POST, path: /keyed, service: stubborn, idempotency: optional }
    short: { method: POST, path: /short, service: stubborn, timeout: 50ms }
    shortly: { method: POST, path: /shortly, service: caller, timeout: 50ms }`,
};

describe('Requests in flight', () => {
  let running: RunningBus;
  beforeEach(async () => {
    Stubborn.runs = 0;
    running = await startBus({ config, services: [Stubborn, Calling] });
  });
  afterEach(async () => {
    for (const end of Stubborn.running.splice(0)) end();
    await running.stop();
  });
  const waitForRuns = async (count: number) => {
    await waitUntil(() => Stubborn.runs >= count);
  };
  /** Sends a request, and disconnects once its service runs or it has been rejected. */
  const sendAndLeave = async (path: string, headers = '') => {
    const { port } = new URL(running.url);
    const before = Stubborn.runs;
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    const rejected = once(socket, 'data');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\n${headers}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await Promise.race([rejected, waitForRuns(before + 1)]);
    socket.destroy();
    await once(socket, 'close');
  };
  const next = () => sendRequest(`${running.url}/work`, createJsonRequest('POST', {}));

  it.each([
    ['/work', ''],
    ['/nested', ''],
    ['/keyed', 'Idempotency-Key: "KEY"\r\n'],
  ])('count until their services have ended, also after their clients have disconnected: %s', async (path, headers) => {
    for (let index = 0; index < 12; index += 1) await sendAndLeave(path, headers.replace('KEY', `k${index}`));

    expect(Stubborn.runs).toBe(5);
    await expect(next()).resolves.toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
  });

  it.each(['/short', '/shortly'])(
    'count until their services have ended, also after their deadline has passed: %s',
    async (path) => {
      const responses = await Promise.all(
        Array.from({ length: 5 }, () => sendRequest(`${running.url}${path}`, createJsonRequest('POST', {}))),
      );

      expect(responses.map(({ status }) => status)).toEqual([504, 504, 504, 504, 504]);
      await expect(next()).resolves.toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    },
  );

  it('release their slots when their services end', async () => {
    for (let index = 0; index < 5; index += 1) await sendAndLeave('/work');
    for (const end of Stubborn.running.splice(0)) end();
    await pause(0);

    const response = next();
    await waitForRuns(6);
    for (const end of Stubborn.running.splice(0)) end();

    await expect(response).resolves.toMatchObject({ status: 200 });
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type HttpResponse, sendRequest } from '../send-request';
import { createGreetingProject } from './greeting-project';
import { waitForExit, waitForLogLine, startTrunkline, runTrunkline } from './trunkline-process';
import { sendRawBytes } from '@trunkline/testing';

describe('a bus that gets SIGTERM, with a drain of two seconds', () => {
  let requestInFlight: string;
  let readiness: HttpResponse;
  let response: string;
  let rejection: string;
  let code: number | null;
  beforeAll(async () => {
    const child = startTrunkline(createGreetingProject('{ drain: 2s, grace: 10s }'), ['start']);
    const url = String((await waitForLogLine(child, 'listening'))['url']);
    const isEnding = waitForLogLine(child, 'shutting down');
    const end = waitForExit(child);
    const isInFlight = waitForLogLine(child, 'greeting');
    const slow = sendRawBytes(url, 'GET /greet/slow HTTP/1.1\r\nHost: a\r\n\r\n', 10_000);
    await isInFlight;

    child.kill('SIGTERM');
    await isEnding;
    [readiness, response, rejection] = await Promise.all([
      sendRequest(`${url}/health/ready`),
      sendRawBytes(url, 'GET /greet/Ada HTTP/1.1\r\nHost: a\r\n\r\n'),
      sendRawBytes(url, 'DELETE /greet/Ada HTTP/1.1\r\nHost: a\r\n\r\n'),
    ]);
    requestInFlight = await slow;
    ({ code } = await end);
  });

  it('reports that it is not ready', () => {
    expect(readiness).toMatchObject({ status: 503, body: { status: 'down' } });
  });

  it('continues to serve', () => {
    expect(response).toMatch(/^HTTP\/1\.1 200 /);
    expect(rejection).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('finishes what is in flight, and exits with 0', () => {
    expect(requestInFlight).toMatch(/^HTTP\/1\.1 200 /);
    expect(code).toBe(0);
  });

  it('closes the connection after every response, also to requests in flight', () => {
    for (const text of [response, rejection, requestInFlight])
      expect(text.toLowerCase()).toContain('connection: close');
  });
});

describe('a running bus', () => {
  it('finishes what is in flight on SIGINT and exits with 0', async () => {
    const child = startTrunkline(createGreetingProject(), ['start']);
    const { url } = await waitForLogLine(child, 'listening');
    const isInFlight = waitForLogLine(child, 'greeting');
    const response = sendRequest(`${String(url)}/greet/slow`);
    await isInFlight;

    child.kill('SIGINT');

    await expect(response).resolves.toMatchObject({ status: 200, body: { hello: 'slow' } });
    await expect(waitForExit(child)).resolves.toMatchObject({ code: 0 });
  });

  it('exits at once on a second signal', async () => {
    const child = startTrunkline(createGreetingProject('{ drain: 1h }'), ['start']);
    await waitForLogLine(child, 'listening');
    const isEnding = waitForLogLine(child, 'shutting down');
    const end = waitForExit(child);

    child.kill('SIGTERM');
    await isEnding;
    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  });

  it('exits with 1 when requests are aborted after grace', async () => {
    const child = startTrunkline(createGreetingProject('{ grace: 200ms }'), ['start']);
    const { url } = await waitForLogLine(child, 'listening');
    const isInFlight = waitForLogLine(child, 'greeting');
    const cut = sendRequest(`${String(url)}/greet/hang`).catch(() => 'cut off');
    await isInFlight;
    const end = waitForExit(child);

    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
    await expect(cut).resolves.toBe('cut off');
  });

  it('survives an unhandled rejection, and logs it', async () => {
    const child = startTrunkline(createGreetingProject(), ['start']);
    const { url } = await waitForLogLine(child, 'listening');
    const line = waitForLogLine(child, 'unhandled promise rejection');

    await sendRequest(`${String(url)}/greet/careless`);

    await expect(line).resolves.toMatchObject({ level: 'error' });
    await expect(sendRequest(`${String(url)}/greet/Ada`)).resolves.toMatchObject({ status: 200 });
    child.kill();
    await once(child, 'close');
  });

  it('reports the port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);

    const { code, stdout, stderr } = await runTrunkline(createGreetingProject(), ['start', '--port', port]);
    other.close();

    expect(code).toBe(1);
    expect(stderr).toContain(port);
    expect(stderr).toContain('the port is in use or not permitted');
    expect(`${stdout}${stderr}`.match(/EADDRINUSE/g)).toHaveLength(1);
  });
});

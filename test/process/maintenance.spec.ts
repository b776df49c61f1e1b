import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BusService, Service } from 'trunkline';
import { sendRequest, type HttpResponse } from '../send-request';
import { runCommand } from './run-command';
import { createProject, runTrunkline } from './trunkline-process';
import { sendRawBytes, waitUntil } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    return { ok: true };
  }
}

const channelsWith = (maintenance = '') => `
channels:
  rest:
    orders.get: { method: GET, path: /orders, service: echo${maintenance} }
    orders.post: { method: POST, path: /orders, service: echo }
`;
const FAR = '2999-01-01T00:00:00.000Z';

let running: RunningBus | undefined;
const start = async (bus = '', channel = '') => {
  running = await startBus({
    config: { 'channels.yaml': channelsWith(channel), 'test-bus.yaml': `bus: { http: { port: 0 }${bus} }` },
    services: [Echo],
  });
};
const getUrl = (path: string) => `${String(running?.url)}${path}`;
const orders = () => sendRequest(getUrl('/orders'));
const root = () => String(running?.bus.config.loaded.root);
const maintenance = (...args: string[]) => runCommand(root(), ['maintenance', ...args]);
const until = (isSo: (response: HttpResponse) => boolean) =>
  waitUntil(async () => {
    const response = await orders();
    return isSo(response) ? response : undefined;
  });
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe('A bus in maintenance', () => {
  it('responds with Retry-After and closes the connection, without reading the body', async () => {
    await start(', maintenance: { retryAfter: 10m }');

    const head = ['POST /orders HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Content-Length: 1000'];
    const response = await sendRawBytes(getUrl(''), `${head.join('\r\n')}\r\n\r\n`);

    expect(response).toMatch(/^HTTP\/1\.1 503 /);
    expect(response.toLowerCase()).toContain('retry-after: 600\r\n');
    expect(response.toLowerCase()).toContain('connection: close\r\n');
    expect(response).toMatch(/"estimated_recovery":"20\d\d-\d\d-\d\dT/);
  });

  it('reports the end of the maintenance, if it is known', async () => {
    await start(`, maintenance: { retryAfter: 2m, until: '${FAR}' }`);

    await expect(orders()).resolves.toMatchObject({
      status: 503,
      body: { code: 'MAINTENANCE', retry_after: 120, estimated_recovery: FAR },
    });
  });

  it('stays live and ready', async () => {
    await start(', maintenance: {}');

    await expect(sendRequest(getUrl('/health/live'))).resolves.toMatchObject({ status: 200 });
    await expect(sendRequest(getUrl('/health/ready'))).resolves.toMatchObject({ status: 200 });
  });

  it.each(['/errors/maintenance', '/openapi.json', '/docs', '/docs?x=1'])(
    'still serves its documentation: %s',
    async (path) => {
      await start(', maintenance: {}');

      const { status } = await fetch(getUrl(path));

      expect(status).toBe(200);
      await expect(sendRequest(getUrl('/docs/x'))).resolves.toMatchObject({ status: 503 });
    },
  );

  it('accepts requests when the time has passed', async () => {
    await start(`, maintenance: { until: '2020-01-01T00:00:00Z' }`);

    await expect(orders()).resolves.toMatchObject({ status: 200 });
  });
});

describe('A channel in maintenance', () => {
  it('is the only one that rejects requests', async () => {
    await start('', ', maintenance: { retryAfter: 30s }');

    const response = await orders();

    expect(response).toMatchObject({ status: 503, body: { code: 'MAINTENANCE', retry_after: 30 } });
    await expect(sendRequest(getUrl('/orders'), { method: 'POST' })).resolves.toMatchObject({ status: 200 });
  });
});

describe('trunkline maintenance', () => {
  it('starts and ends maintenance of a running bus', async () => {
    await start();

    const { code, stdout } = await maintenance('on', '--retry-after', '10m', '--until', FAR);
    const closed = await until(({ status }) => status === 503);
    await maintenance('off');
    const open = await until(({ status: now }) => now === 200);

    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(`until ${FAR}`) });
    expect(closed.body).toMatchObject({ code: 'MAINTENANCE', retry_after: 600, estimated_recovery: FAR });
    expect(open.body).toEqual({ ok: true });
  });

  it('starts maintenance of one channel', async () => {
    const project = createProject({
      'services/echo.service.js': `
        const { BusService, Service } = require('trunkline');
        exports.Echo = BusService({ name: 'echo' })(class extends Service { handle() { return 1; } });`,
      'config/bus.yaml': 'bus: { services: [services] }',
      'config/channels.yaml': channelsWith(),
    });

    const ordered = await runCommand(project, ['maintenance', 'on', '--channel', 'orders.get']);
    const misspelt = await runCommand(project, ['maintenance', 'on', '--channel', 'orders.gte']);
    const { stdout } = await runCommand(project, ['maintenance', 'status', '--json']);
    const open = await runCommand(project, ['maintenance', 'off', '--channel', 'orders.post']);
    const unknown = await runCommand(project, ['maintenance', 'off', '--channel', 'orders.past']);

    expect(open).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The channel orders.get is in maintenance.'),
    });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean `orders.post`?') });
    expect(ordered.stdout).toContain('The channel orders.get is in maintenance.');
    expect(misspelt).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean `orders.get`?') });
    expect(JSON.parse(stdout)).toEqual({ channels: { 'orders.get': {} } });
  });

  it.each([
    [['--retry-after', 'soon'], 'a duration'],
    [['--until', 'tomorrow'], '2026-11-21T18:00:00Z'],
    [['--until', '2020-01-01T00:00:00Z'], 'a time in the future'],
  ])('suggests what to write instead of %j', async (args, hint) => {
    const { code, stderr } = await runTrunkline(createProject({}), ['maintenance', 'on', ...args]);

    expect(code).not.toBe(0);
    expect(stderr).toContain(hint);
  });

  it('is ignored, with an error in the log, when its file cannot be read', async () => {
    await start();
    mkdirSync(join(root(), '.trunkline'));
    writeFileSync(join(root(), '.trunkline', 'maintenance.json'), '{"bus":');
    await waitUntil(() => running?.readLog().some(({ level }) => level === 'error'));

    await expect(orders()).resolves.toMatchObject({ status: 200 });
    rmSync(join(root(), '.trunkline'), { recursive: true });
  });
});

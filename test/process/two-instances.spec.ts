import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { waitUntil } from '@trunkline/testing';
import { sendRequest } from '../send-request';
import { waitForExit, waitForLogLine, createProject, startTrunkline } from './trunkline-process';

const LIB = join(__dirname, '..', '..', 'libs', 'bus');
const project = () =>
  createProject({
    'services/slow.service.js': `
      const { BusService, Service } = require(${JSON.stringify(LIB)});
      exports.Slow = BusService({ name: 'slow' })(class extends Service {
        async handle() { await new Promise((resolve) => setTimeout(resolve, 30)); return {}; }
      });`,
    'config/bus.yaml': 'bus: { services: [services], http: { port: 0 }, shutdown: { drain: 2s, grace: 5s } }',
    'config/channels.yaml': 'channels: { rest: { slow: { method: GET, path: /slow, service: slow } } }',
  });

const PROBE_INTERVAL_MS = 100;

/** A load balancer: it sends new connections to the instances that are ready. */
async function loadBalancer(urls: readonly string[]): Promise<Server> {
  const ready = new Set(urls);
  const look = async (url: string) => {
    const { status } = await sendRequest(`${url}/health/ready`).catch(() => ({ status: 0 }));
    if (status === 200) ready.add(url);
    else ready.delete(url);
  };
  const timer = setInterval(() => void Promise.all(urls.map(look)), PROBE_INTERVAL_MS);
  let turn = 0;
  const server = createServer((client) => {
    const choice = [...ready];
    const url = new URL(choice[turn++ % choice.length] ?? '');
    const upstream = connect(Number(url.port), url.hostname);
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  server.once('close', () => clearInterval(timer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('Two instances behind one address', () => {
  let instances: ChildProcess[];
  afterEach(() => {
    for (const child of instances) child.kill('SIGKILL');
  });

  it('fail no request when one of them shuts down under load', async () => {
    instances = [project(), project()].map((root) => startTrunkline(root, ['start']));
    const lines = await Promise.all(instances.map((child) => waitForLogLine(child, 'listening')));
    const proxy = await loadBalancer(lines.map(({ url }) => String(url)));
    const { port } = proxy.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    const one = () =>
      new Promise<unknown>((resolve) => {
        get({ port, host: '127.0.0.1', path: '/slow', agent }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        }).on('error', resolve);
      });
    const outcomes: unknown[] = [];
    const stopping = new AbortController();
    const load = Promise.all(
      Array.from({ length: 10 }, async () => {
        while (!stopping.signal.aborted) outcomes.push(await one());
      }),
    );
    const [first] = instances;
    if (!first) throw new TypeError('no instance');
    const end = waitForExit(first);

    first.kill('SIGTERM');
    const { code } = await end;
    const before = outcomes.length;
    await waitUntil(() => outcomes.length >= before + 20);
    stopping.abort();
    await load;
    agent.destroy();
    proxy.close();

    expect(code).toBe(0);
    expect(new Set(outcomes)).toEqual(new Set([200]));
  }, 60_000);
});

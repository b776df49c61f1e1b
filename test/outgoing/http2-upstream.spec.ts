import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { describeWithServer } from '../servers/describe-with-server';
import { NginxServer } from '../servers/nginx-server';

let backend: Server;
let nginx: NginxServer;
let running: RunningBus;
/** Bodies of the requests that arrived behind nginx. */
let received: string[];

/** A bus with a channel `POST /things` to an upstream behind an nginx that closes each connection after five requests. */
async function start(): Promise<void> {
  received = [];
  backend = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push(body);
      response.setHeader('content-type', 'application/json').end(body);
    });
  });
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  const { port } = backend.address() as AddressInfo;
  nginx = await NginxServer.start({
    backend: `http://127.0.0.1:${port}`,
    certificate: LOCALHOST_CERTIFICATE,
    directives: 'keepalive_requests 5;',
  });
  running = await startBus({
    config: {
      'outgoing.yaml': `
outgoing:
  rest:
    Shop:
      url: https://localhost:${nginx.port}
      allowH2: true
      tls: { ca: ${JSON.stringify(LOCALHOST_CERTIFICATE.cert)} }
      services: { adapter.things.create: { method: POST, path: /things } }
channels:
  rest:
    things.create: { method: POST, path: /things, service: adapter.things.create }
`,
    },
  });
}

async function post(number: number): Promise<number> {
  const body = JSON.stringify({ number });
  const { status } = await sendRequest(`${running.url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return status;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const sent = (count: number) => numbers(count).map((number) => JSON.stringify({ number }));

describeWithServer('nginx', 'an upstream that closes HTTP/2 connections gracefully after five requests', () => {
  beforeEach(start);
  afterEach(async () => {
    await running.stop();
    await nginx.stop();
    backend.close();
  });

  it('executes fifteen sequential POSTs, each once', async () => {
    const statuses: number[] = [];
    for (const number of numbers(15)) statuses.push(await post(number));

    expect(statuses).toEqual(numbers(15).map(() => 200));
    expect(received).toEqual(sent(15));
  });

  it('executes thirty concurrent POSTs, each once', async () => {
    const statuses = await Promise.all(numbers(30).map(post));

    expect(statuses).toEqual(numbers(30).map(() => 200));
    expect(received.toSorted()).toEqual(sent(30).toSorted());
  });
});

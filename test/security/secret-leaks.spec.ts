import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

const KEY = 'CANARY-1-key-of-the-connection';
const BODY = 'CANARY-2-body-of-the-upstream';
const HEADER = 'CANARY-3-header-of-the-upstream';
const THROWN = 'CANARY-4-text-of-an-error';
const SENT = 'CANARY-5-sent-by-the-client';
const PASSWORD = 'CANARY-6-password-of-the-client';

/** Responds with the status, or the broken response, that the path names. */
function brokenUpstream(): Server {
  return createServer((request, response) => {
    const [, how = ''] = (request.url ?? '').split('/');
    response.setHeader('x-internal', HEADER);
    response.setHeader('set-cookie', HEADER);
    if (how === 'reset') request.socket.destroy();
    else if (how === 'html') response.setHeader('content-type', 'text/html').end(`<h1>${BODY}</h1>`);
    else if (how === 'cut') response.setHeader('content-type', 'application/json').end(`{"a":"${BODY}`);
    else if (how === 'redirect') response.writeHead(302, { location: `http://${BODY}/` }).end();
    else
      response
        .writeHead(Number(how), { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: BODY, stack: BODY }));
  });
}

@BusService({ name: 'throw' })
class Throw extends Service<{ how: string }> {
  handle(): never {
    const { how } = this.request.input;
    if (how === 'cause') throw new Error(THROWN, { cause: new Error(THROWN) });
    if (how === 'string') throw THROWN; // oxlint-disable-line typescript/only-throw-error -- users do
    if (how === 'object') throw { secret: THROWN, toJSON: () => THROWN }; // oxlint-disable-line typescript/only-throw-error -- users do
    if (how === 'aggregate') throw new AggregateError([new Error(THROWN)], THROWN);
    throw Object.assign(new Error(THROWN), { config: { headers: { authorization: KEY } }, response: { data: THROWN } });
  }
}

@BusService({ name: 'lost' })
class Lost extends Service {
  handle() {
    return this.invokeDynamic(`no.such-${'canary-7-name'}`);
  }
}

const STATUSES = [
  400, 401, 403, 404, 405, 407, 408, 409, 410, 412, 418, 422, 429, 451, 500, 501, 502, 503, 504, 505, 511, 599,
];

describe('secrets and internals of the bus', () => {
  let upstream: Server;
  let running: RunningBus;
  let upstreamPort: number;
  beforeAll(async () => {
    upstream = brokenUpstream();
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    upstreamPort = (upstream.address() as AddressInfo).port;
    running = await startBus({
      services: [Throw, Lost],
      config: {
        'channels.yaml': `channels:
  rest:
    up: { method: GET, path: '/up/{how}', service: up }
    up.flat: { method: GET, path: '/flat/up/{how}', service: up, errors: flat }
    up.envelope: { method: GET, path: '/envelope/up/{how}', service: up, errors: envelope }
    throw: { method: GET, path: '/throw/{how}', service: throw }
    lost: { method: GET, path: /lost, service: lost }
    post: { method: POST, path: /post, service: throw }`,
        'outgoing.yaml': `outgoing:
  rest:
    Lying:
      url: 'http://127.0.0.1:${upstreamPort}'
      security: key
      retry: off
      circuitBreaker: off
      services: { up: { method: GET, path: '/{how}' } }`,
        'security.yaml': `security: { key: { type: apiKey, header: X-Api-Key, key: ${KEY} } }`,
      },
    });
  });
  afterAll(async () => {
    await running.stop();
    upstream.close();
  });

  const CANARY = /canary-\d/i;
  const INSIDE = /\bat .+:\d+:\d+|node_modules|\/libs\/|\.ts\b|\.js\b|127\.0\.0\.1/;
  async function shown(path: string, init?: RequestInit): Promise<string> {
    const { status, headers, text } = await sendRequest(`${running.url}${path}`, init);
    expect(status).toBeGreaterThanOrEqual(400);
    return `${JSON.stringify([...headers])}${text}`;
  }

  it.each(['', '/flat', '/envelope'])(
    'are not in a response to a failure of an upstream, in any format: %s/up',
    async (format) => {
      for (const how of [...STATUSES, 'reset', 'html', 'cut', 'redirect']) {
        const answer = await shown(`${format}/up/${how}`);
        expect(answer).not.toMatch(CANARY);
        expect(answer).not.toMatch(INSIDE);
      }
    },
  );

  it.each(['cause', 'string', 'object', 'aggregate', 'axios'])(
    'are not in the response to a thrown value: %s',
    async (how) => {
      const answer = await shown(`/throw/${how}`);

      expect(answer).not.toMatch(CANARY);
      expect(answer).not.toMatch(INSIDE);
    },
  );

  it('are not in the response to a bug of a service', async () => {
    expect(await shown('/lost')).not.toMatch(CANARY);
  });

  it('are not sent back from a malformed body', async () => {
    for (const text of [`{"a":"${SENT}"`, `{"a":1e999,"b":"${SENT}"}`, `{"__proto__":"${SENT}"}`]) {
      expect(await shown('/post', createJsonRequest('POST', text))).not.toMatch(CANARY);
    }
    expect(await sendRawBytes(running.url, `${SENT}\r\n\r\n`)).not.toMatch(CANARY);
  });

  it('are not in the log: keys, passwords and bodies of upstreams', async () => {
    await sendRequest(`${running.url}/up/500`, { headers: { authorization: `Basic ${PASSWORD}`, cookie: PASSWORD } });
    await sendRequest(`${running.url}/throw/axios`);

    const log = JSON.stringify(running.readLog());

    for (const secret of [KEY, BODY, HEADER, PASSWORD]) expect(log).not.toContain(secret);
  });
});

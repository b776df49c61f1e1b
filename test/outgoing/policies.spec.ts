import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BusService, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { type HttpResponse, sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'up.enter', input: 'id' })
class EnterUpstream extends Service {
  static calls = 0;
  handle() {
    EnterUpstream.calls += 1;
    return this.invokeDynamic('up.get', this.request.input);
  }
}

/** An upstream with scripted behaviour that counts its requests. */
class Upstream {
  respond: (response: ServerResponse) => void;
  requests = 0;
  openRequests = 0;
  mostOpenRequests = 0;
  readonly #server: Server;

  private constructor(respond: Upstream['respond']) {
    this.respond = respond;
    this.#server = createServer((_request, response) => {
      this.requests += 1;
      this.openRequests += 1;
      this.mostOpenRequests = Math.max(this.mostOpenRequests, this.openRequests);
      response.on('close', () => (this.openRequests -= 1));
      this.respond(response);
    });
  }

  static async listen(respond: Upstream['respond']): Promise<Upstream> {
    const upstream = new Upstream(respond);
    await once(upstream.#server.listen(0, '127.0.0.1'), 'listening');
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const well = (response: ServerResponse) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
const broken = (response: ServerResponse) => response.writeHead(500).end();
const missing = (response: ServerResponse) => response.writeHead(404).end();
const hanging = () => undefined;

let upstream: Upstream;
let other: Upstream;
let running: RunningBus;

/** A bus with a channel and an adapter for each of two upstreams, `/up` and `/other`. The policies are those of the first. */
async function start(respond: Upstream['respond'], policies: string, level = 'debug'): Promise<void> {
  upstream = await Upstream.listen(respond);
  other = await Upstream.listen(well);
  running = await startBus({
    config: {
      'test-bus.yaml': `bus: { http: { port: 0, overload: 'off' }, log: { level: ${level} } }`,
      'channels.yaml': `channels:
  rest:
    up: { method: GET, path: '/up/{id}', service: up.get }
    up.post: { method: POST, path: /up, service: up.post }
    up.enter: { method: GET, path: '/enter/{id}', service: up.enter }
    other: { method: GET, path: /other, service: other.get }`,
      'outgoing.yaml': `outgoing:
  rest:
    Up:
      url: ${upstream.url}
${policies.replaceAll(/^/gm, '      ')}
      services:
        up.get: { method: GET, path: '/{id}' }
        up.post: { method: POST, path: / }
    Other:
      url: ${other.url}
      services: { other.get: { method: GET, path: / } }`,
    },
    services: [EnterUpstream],
  });
}

afterEach(async () => {
  await running.stop();
  upstream.close();
  other.close();
});

const get = (path: string) => sendRequest(`${running.url}${path}`);

/** Sends GET requests from 20 clients at a time while a condition holds. */
async function sendWhile(isNeeded: (sent: number) => boolean, path: string): Promise<HttpResponse[]> {
  const responses: Promise<HttpResponse>[] = [];
  const sendInTurn = async () => {
    while (isNeeded(responses.length)) {
      const response = get(`${path}/${responses.length}`);
      responses.push(response);
      await response;
    }
  };
  await Promise.all(Array.from({ length: 20 }, sendInTurn));
  return Promise.all(responses);
}

/** Seconds since a moment, rounded up: the bound of what happens once a second. */
const countSeconds = (sinceMs: number) => Math.ceil((performance.now() - sinceMs) / 1_000);

const findLines = (message: string) => running.readLog().filter(({ msg }) => msg === message);

describe('an upstream that always fails', () => {
  it('gets no more retries than 10 % of its requests and 3 a second', async () => {
    // The budget grows from when the bus creates it.
    const startedMs = performance.now();
    await start(broken, 'circuitBreaker: off');

    const responses = await sendWhile((sent) => sent < 200, '/up');

    const seconds = countSeconds(startedMs);
    expect(responses.every(({ status }) => status === 502)).toBe(true);
    expect(upstream.requests).toBeGreaterThan(responses.length);
    expect(upstream.requests - responses.length).toBeLessThanOrEqual(0.1 * responses.length + 3 * (seconds + 1));
    expect(findLines('retry budget is exhausted').length).toBeLessThanOrEqual(1 + seconds);
  });
});

describe('an upstream that fails for a while', () => {
  it('gets one probe at a time once the circuit breaker is open, and all requests once it has recovered', async () => {
    await start(broken, 'circuitBreaker: { openFor: 50ms, maxOpenFor: 100ms }');
    let last = await get('/up/1');
    while (last.body['code'] !== 'CIRCUIT_OPEN') last = await get('/up/1');
    const before = upstream.requests;
    upstream.mostOpenRequests = 0;
    const openedMs = performance.now();

    const failed = await sendWhile(() => upstream.requests < before + 3, '/up');
    const probes = upstream.requests - before;
    const openMs = performance.now() - openedMs;
    upstream.respond = well;
    while (last.status !== 200) last = await get('/up/1');
    const recovered = await sendWhile((sent) => sent < 40, '/up');

    expect(failed.every(({ status }) => status === 502 || status === 503)).toBe(true);
    expect(probes).toBeLessThanOrEqual(1 + openMs / 50);
    expect(upstream.mostOpenRequests).toBe(1);
    expect(recovered.every(({ status }) => status === 200)).toBe(true);
    expect(findLines('circuit breaker closed')).toHaveLength(1);
    expect(findLines('circuit breaker opened')[0]).toMatchObject({
      connection: 'Up',
      cause: 'consecutive',
      failures: 5,
    });
  });

  it('has its requests answered with 503 and Retry-After while the circuit breaker is open', async () => {
    await start(broken, 'circuitBreaker: { openFor: 1m }\nretry: off');

    for (let call = 0; call < 5; call += 1) await get('/up/1');
    const { status, body, headers } = await get('/up/1');

    expect([status, body['code'], upstream.requests]).toEqual([503, 'CIRCUIT_OPEN', 5]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });
});

describe('an upstream that hangs', () => {
  it('leaves the channels of other connections alone, with five times the calls that its bulkhead admits', async () => {
    await start(hanging, 'bulkhead: { concurrent: 8, queue: 8, queueTimeout: 200ms }\ntimeout: 20s\nretry: off');
    const held: ServerResponse[] = [];
    upstream.respond = (response) => held.push(response);
    let rejected = 0;
    const startedMs = performance.now();

    const hangingCalls = Array.from({ length: 40 }, async (_, index) => {
      const { status } = await get(`/up/${index}`);
      if (status === 503) rejected += 1;
      return status;
    });
    const others = await Promise.all(Array.from({ length: 100 }, () => get('/other')));
    await waitUntil(() => rejected === 32);
    for (const response of held) well(response);
    const statuses = await Promise.all(hangingCalls);

    expect(others.every(({ status }) => status === 200)).toBe(true);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect(upstream.mostOpenRequests).toBe(8);
    expect(findLines('bulkhead rejected an outgoing call').length).toBeLessThanOrEqual(1 + countSeconds(startedMs));
  });

  it('is left by the requests of clients that disconnect, and those in the queue never start', async () => {
    await start(hanging, 'bulkhead: { concurrent: 2, queueTimeout: 20s }\ntimeout: 20s');
    const { hostname, port } = new URL(running.url);
    const before = EnterUpstream.calls;
    const clients = Array.from({ length: 10 }, () => connect(Number(port), hostname));
    for (const client of clients) client.write('GET /enter/1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitUntil(() => EnterUpstream.calls === before + 10 && upstream.openRequests === 2);

    for (const client of clients) client.destroy();
    await waitUntil(() => upstream.openRequests === 0);
    upstream.respond = well;
    const { status } = await get('/up/1');

    expect([status, upstream.requests]).toEqual([200, 3]);
  });

  it('never receives a POST twice', async () => {
    await start(hanging, 'timeout: 50ms');

    const { status } = await sendRequest(`${running.url}/up`, createJsonRequest('POST', {}));

    expect(status).toBe(504);
    expect(upstream.requests).toBe(1);
  });
});

describe('an upstream that responds 404', () => {
  it('keeps receiving requests: a hundred 404s leave the circuit breaker closed', async () => {
    await start(missing, 'circuitBreaker: { consecutive: 5 }');

    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => get(`/up/${index}`)));
    }

    expect(upstream.requests).toBe(100);
    expect(findLines('circuit breaker opened')).toHaveLength(0);
  });
});

/** Collects garbage, and returns the heap that is left. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe('the memory of connections', () => {
  it('does not grow with the number of URLs, failures and correlation ids', async () => {
    await start(
      (response) => (upstream.requests % 10 === 0 ? broken(response) : well(response)),
      'retry: off\nhedge: { after: p95 }',
      'error',
    );
    let sentCount = 0;
    const sendMany = async (calls: number) => {
      const end = sentCount + calls;
      const askInTurn = async () => {
        while (sentCount < end) {
          sentCount += 1;
          const id = `${sentCount}-${'x'.repeat(7_000)}`;
          await running.bus.invoker.invoke('up.get', { id }, { cid: `cid-${id}` }).catch(() => undefined);
        }
      };
      await Promise.all(Array.from({ length: 20 }, askInTurn));
    };
    await sendMany(200);
    const beforeBytes = heapBytes();

    await sendMany(800);

    expect(upstream.requests).toBeGreaterThanOrEqual(1_000);
    // All URLs and correlation ids together are eleven megabytes.
    expect(heapBytes() - beforeBytes).toBeLessThan(4_000_000);
  });
});

import { Body, Controller, Module, Post } from '@nestjs/common';
import { BusService, Service } from 'trunkline';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  static runs = 0;
  handle() {
    Echo.runs += 1;
    return this.request.payload;
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

const config = `
bus: { http: { port: 0, bodyLimit: 1KiB } }
channels:
  rest:
    echo: { method: POST, path: /echo, service: echo }
    closed: { method: POST, path: /closed, service: echo, maintenance: {} }
    partners: { method: POST, path: /partners, service: echo, security: [partners] }
security:
  partners: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: key-of-acme }] }
`;

const BODY = '{"a":1}';
const NEXT = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

describe('A client that sends Expect: 100-continue', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'test-bus.yaml': config }, services: [Echo], modules: [OwnModule] });
  });
  afterAll(() => running.stop());
  beforeEach(() => {
    Echo.runs = 0;
  });
  const head = (path: string, ...more: string[]) =>
    [
      `${path} HTTP/1.1`,
      'Host: a',
      'Content-Type: application/json',
      'Expect: 100-continue',
      ...(more.some((line) => line.startsWith('Content-')) ? [] : [`Content-Length: ${BODY.length}`]),
      ...more,
      '\r\n',
    ].join('\r\n');
  const statuses = (response: string) =>
    [...response.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

  it.each([
    ['without credentials', head('POST /partners'), 401],
    ['of more than it may send', head('POST /echo', 'Content-Length: 5000'), 413],
    ['of much more than it may send', head('POST /echo', 'Content-Length: 50000000'), 413],
    ['of what is not JSON', head('POST /echo', 'Content-Encoding: zstd', 'Content-Length: 7'), 415],
    ['to an unknown path', head('POST /nowhere'), 404],
    ['with a method that its path does not take', head('PUT /echo'), 405],
    ['to what is being worked on', head('POST /closed'), 503],
    ['with an expectation of another kind', head('POST /echo').replace('100-continue', 'gold'), 417],
  ])('gets the error response before the body: %s', async (_what, request, status) => {
    const response = await sendRawBytes(running.url, request);

    expect(statuses(response)).toEqual([status]);
    expect(response.toLowerCase()).toContain('connection: close');
  });

  it.each(['/echo', '/own'])('gets 100 when the bus reads the body of %s', async (path) => {
    const response = await sendRawBytes(running.url, head(`POST ${path}`), 200);

    expect(statuses(response)).toEqual([100]);
  });

  it.each(['/echo', '/own'])('may send the body at once, and keeps its connection: %s', async (path) => {
    const response = await sendRawBytes(running.url, `${head(`POST ${path}`)}${BODY}${NEXT}`, 500);

    expect(statuses(response)).toEqual([100, path === '/own' ? 201 : 200, 200]);
    expect(response).toContain(BODY);
  });

  it('cannot run a request after a rejection', async () => {
    const response = await sendRawBytes(running.url, `${head('POST /partners')}${NEXT}`);
    const withBody = await sendRawBytes(running.url, `${head('POST /partners')}${BODY}${NEXT}`);

    expect([...statuses(response), ...statuses(withBody)]).toEqual([401, 401]);
    expect(Echo.runs).toBe(0);
  });
});

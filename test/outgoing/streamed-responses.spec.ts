import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { measureTime, waitUntil } from '@trunkline/testing';
import { BusService, type RestConnection, Service } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';
import { measureReadAhead, openResponse } from '../requests/open-response';

const MIB = 1_048_576;
const CHUNK = Buffer.alloc(65_536, 'x');
/** Bytes that the upstream has written to its sockets. */
let writtenBytes = 0;
let closedResponses = 0;

function* makeMegabytes(count: number) {
  for (writtenBytes = 0; writtenBytes < count * MIB; writtenBytes += CHUNK.length) yield CHUNK;
}

/** Writes no faster than its client reads. */
function writeMegabytes(response: ServerResponse, count: number): void {
  response.writeHead(200, { 'content-type': 'video/mp4' });
  pipeline(Readable.from(makeMegabytes(count), { objectMode: false }), response, () => undefined);
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' }).write('begun');
  setTimeout(() => response.destroy(), 50);
}

function respond({ url = '' }: IncomingMessage, response: ServerResponse): void {
  response.on('close', () => (closedResponses += 1));
  if (url.startsWith('/large')) writeMegabytes(response, 64);
  else if (url === '/endless') writeMegabytes(response, 1_024);
  else if (url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
  else if (url === '/brotli') response.writeHead(200, { 'content-encoding': 'br' }).end('?');
  else if (url === '/gone') response.writeHead(404, { 'content-type': 'application/json' }).end('{"why":"gone"}');
  else if (url === '/cut') breakOff(response);
  else if (url === '/stalled') response.writeHead(200).write('begun');
  else {
    const headers = { 'content-type': 'application/pdf', 'content-disposition': 'inline; filename="1.pdf"' };
    response.writeHead(200, { ...headers, 'content-length': '8' }).end('%PDF-1.7');
  }
}

@BusService({ name: 'file.get', input: ['path'] })
class GetFile extends Service<{ path: string }> {
  async handle() {
    const archive: RestConnection | undefined = this.out.rest['Archive'];
    if (!archive) throw new TypeError('expected a connection');
    const response = await archive.get(`/${this.request.input.path}`, { expect: 'stream' });
    if (!response.ok) return { status: response.status, error: response.data };
    return response.data;
  }
}

const createConfig = (port: number) => `
bus: { http: { port: 0 }, log: { level: debug } }
outgoing:
  rest:
    Archive:
      url: http://127.0.0.1:${port}
      timeout: 300ms
      retry: off
      maxResponse: 1KiB
      services:
        adapter.invoice.pdf: { method: GET, path: '/invoices/{id}.pdf', expect: stream }
        adapter.file.large: { method: GET, path: '/large/{id}', expect: stream }
channels:
  rest:
    invoice: { method: GET, path: '/invoices/{id}', service: adapter.invoice.pdf, produces: [application/pdf] }
    large: { method: GET, path: '/large/{id}', service: adapter.file.large, produces: [video/mp4] }
    file: { method: GET, path: '/files/{path}', service: file.get, produces: [application/octet-stream, application/json] }
`;

describe('A response of an upstream that is handed on as a stream', () => {
  let upstream: Server;
  let running: RunningBus;
  beforeAll(async () => {
    upstream = createServer(respond).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    running = await startBus({ config: { 'test-bus.yaml': createConfig(port) }, services: [GetFile] });
  });
  afterAll(async () => {
    await running.stop();
    upstream.closeAllConnections();
    upstream.close();
  });
  beforeEach(() => {
    closedResponses = 0;
  });
  const open = (path: string) => openResponse(`${running.url}${path}`);
  const findLine = (text: string) => running.readLog().find((line) => JSON.stringify(line).includes(text));

  it('has the description of its body, where an operation is the service of a channel', async () => {
    const { status, headers, text } = await sendRequest(`${running.url}/invoices/1`);

    expect({ status, text }).toEqual({ status: 200, text: '%PDF-1.7' });
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toBe('inline; filename="1.pdf"');
  });

  it('has no limit of its size, and is read no faster than the client reads it', async () => {
    const { response } = await open('/large/1');
    const { bytes, mostAhead } = await measureReadAhead(response, () => writtenBytes);

    expect(bytes).toBe(64 * MIB);
    expect(mostAhead).toBeLessThan(32 * MIB);
  });

  it('stops at its upstream while the client does not read', async () => {
    const { response, leave } = await open('/files/endless');
    response.pause();
    let before = -1;
    await waitUntil(async () => {
      const isStill = writtenBytes === before && writtenBytes > 0;
      before = writtenBytes;
      await sleep(50);
      return isStill;
    });

    expect(before).toBeLessThan(64 * MIB);
    leave();
    await waitUntil(() => closedResponses > 0);
  });

  it('is closed at its upstream within 100 ms when the client leaves', async () => {
    const { response, leave } = await open('/files/endless');
    await once(response, 'readable');
    const { tookMs } = await measureTime(async () => {
      leave();
      await waitUntil(() => closedResponses > 0);
    });

    expect(tookMs).toBeLessThan(100);
  });

  it('is unpacked', async () => {
    expect(await sendRequest(`${running.url}/files/gzip`)).toMatchObject({ status: 200, text: 'unpacked' });
  });

  it('is a 502 with a coding that was not requested', async () => {
    const { status, body } = await sendRequest(`${running.url}/files/brotli`);

    expect(status).toBe(502);
    expect(body['code']).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('is read as JSON where it is no success', async () => {
    const { body } = await sendRequest(`${running.url}/files/gone`);

    expect(body).toEqual({ status: 404, error: { why: 'gone' } });
  });

  it.each([
    ['/files/cut', 'UPSTREAM_PROTOCOL_ERROR'],
    ['/files/stalled', 'UPSTREAM_TIMEOUT'],
  ])('cuts the client off when it breaks off or stalls: %s', async (path, code) => {
    const { response } = await open(path);
    const cut = once(response, 'error');
    response.resume();

    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await waitUntil(() => findLine(code))).toMatchObject({ channel: 'file' });
  });

  it('leaves the sockets of the connection usable', async () => {
    for (let count = 0; count < 20; count += 1) {
      const { response, leave } = await open('/files/endless');
      await once(response, 'readable');
      leave();
    }

    expect(await sendRequest(`${running.url}/invoices/1`)).toMatchObject({ status: 200 });
  });
});

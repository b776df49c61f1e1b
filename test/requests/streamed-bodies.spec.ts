import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sendRawBytes, waitUntil } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';
import { measureReadAhead } from './open-response';
import { failures, openUpload, Paced, parts, readOn, resetPaced, waitUntilStuck } from './paced-uploads';

const MIB = 1_048_576;
/** Bytes that the client of the large body has sent so far. */
let countSent = () => 0;

@BusService({ name: 'digest', input: z.instanceof(Readable) })
class Digest extends Service<Readable> {
  async handle() {
    const sha256 = createHash('sha256');
    const read = await measureReadAhead(digestWhileRead(sha256, this.request.input), countSent);
    return { ...read, digest: sha256.digest('hex') };
  }
}

@BusService({ name: 'named', input: z.strictObject({ name: z.string() }) })
class Named extends Service<{ name: string }> {
  async handle() {
    let text = '';
    for await (const chunk of this.request.payload as Readable) text += String(chunk);
    return { name: this.request.input.name, text };
  }
}

@BusService({ name: 'partial' })
class Partial extends Service<Readable> {
  async handle() {
    for await (const chunk of this.request.input as AsyncIterable<Buffer>)
      return { first: chunk.toString().slice(0, 1) };
    return {};
  }
}

@BusService({ name: 'unread' })
class Unread extends Service<Readable> {
  handle() {
    return { isStream: this.request.input instanceof Readable };
  }
}

const channels = `
channels:
  rest:
    digest: { method: PUT, path: /digest, service: digest, accepts: [binary], body: stream, uploads: { total: 65MiB } }
    named: { method: POST, path: '/files/{name}', service: named, accepts: [json, binary], body: stream, uploads: { total: 10KiB } }
    paced: { method: POST, path: /paced, service: paced, accepts: [binary], body: stream, uploads: { total: 64MiB } }
    brief: { method: POST, path: /brief, service: paced, accepts: [binary], body: stream, timeout: 300ms }
    partial: { method: POST, path: /partial, service: partial, accepts: [binary], body: stream, uploads: { total: 64MiB } }
    unread: { method: POST, path: /unread, service: unread, accepts: [binary], body: stream, uploads: { total: 64MiB } }
`;

describe('A channel with `body: stream`', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: {
        'channels.yaml': channels,
        'test-bus.yaml': 'bus: { http: { port: 0, bodyLimit: 10KiB, bodyBudget: 16KiB }, log: { level: debug } }',
      },
      services: [Digest, Named, Paced, Partial, Unread],
    });
  });
  afterAll(() => running.stop());
  beforeEach(resetPaced);
  const send = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/octet-stream', ...headers }, body };
    return sendRequest(`${running.url}${path}`, init);
  };
  const open = (path: string, length = 60_000_000) =>
    openUpload(`${running.url}${path}`, { type: 'image/png', length });

  it('hands 64 MiB on, and receives them no faster than the service reads them', async () => {
    const chunk = Buffer.alloc(65_536, 'x');
    const put = request(`${running.url}/digest`, { method: 'PUT', headers: { 'content-type': 'video/mp4' } });
    countSent = () => put.socket?.bytesWritten ?? 0;
    const responded = once(put, 'response') as Promise<[Readable]>;
    await pipeline(Readable.from(Array.from({ length: 1_024 }, () => chunk)), put);
    const [response] = await responded;
    const body: unknown = await new Response(Readable.toWeb(response) as ReadableStream).json();

    const digest = createHash('sha256')
      .update(Buffer.alloc(64 * MIB, 'x'))
      .digest('hex');
    expect(body).toEqual({ bytes: 64 * MIB, digest, mostAhead: expect.any(Number) });
    expect((body as { mostAhead: number }).mostAhead).toBeLessThan(32 * MIB);
  });

  it('has the stream as the payload where the path has members', async () => {
    const response = await send('/files/a.bin', 'abc');

    expect([response.status, response.body]).toEqual([200, { name: 'a.bin', text: 'abc' }]);
  });

  it.each([
    ['without a media type', '/digest', 'PUT', ''],
    ['with a media type', '/digest', 'PUT', 'Content-Type: image/png\r\n'],
    ['beside other formats', '/files/x', 'POST', 'Content-Type: image/png\r\n'],
  ])('has an empty stream of an empty body %s', async (_which, path, method, headers) => {
    const head = `${method} ${path} HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`;
    const response = await sendRawBytes(running.url, head);

    expect(response.slice(9, 12)).toBe('200');
    expect(response).toMatch(/"bytes":0|"text":""/);
  });

  it('rejects a declared size beyond `uploads.total` before it is read', async () => {
    const response = await send('/files/x', 'x'.repeat(10_241));

    expect([response.status, response.body['code']]).toEqual([413, 'CONTENT_TOO_LARGE']);
  });

  it('ends the stream of a chunked body beyond `uploads.total` with 413', async () => {
    const chunk = `1800\r\n${'x'.repeat(6_144)}\r\n`;
    const response = await sendRawBytes(
      running.url,
      `POST /files/x HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );

    expect(response.slice(9, 12)).toBe('413');
    expect(response).toContain('the body has more than 10240 bytes');
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'send application/json, application/octet-stream; text in UTF-8'],
    [{ 'content-encoding': 'gzip' }, 'send this media type without Content-Encoding'],
  ])('rejects what it cannot hand on: %j', async (headers, detail) => {
    const response = await send('/files/x', 'abc', headers);

    expect([response.status, response.body['detail']]).toEqual([415, detail]);
  });

  it('slows the client down to the pace of the service', async () => {
    const socket = await open('/paced');
    socket.write(Buffer.alloc(60_000_000));
    await waitUntil(() => parts.length === 1);
    await waitUntilStuck(socket);

    expect(socket.writableLength).toBeGreaterThan(0);
    expect(parts).toHaveLength(1);

    readOn();
    const [response] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(response.toString().slice(9, 12)).toBe('200');
    expect(parts.reduce<number>((sum, part) => sum + (part as Buffer).length, 0)).toBe(60_000_000);
  });

  it('ends the stream with an error when the client disconnects', async () => {
    const socket = await open('/paced');
    socket.write('abc');
    await waitUntil(() => parts.length === 1);

    socket.destroy();
    readOn();
    await waitUntil(() => failures.length === 1);

    expect(failures).toEqual([expect.objectContaining({ code: 'MALFORMED_BODY' })]);
  });

  it('ends the stream at the deadline of the request', async () => {
    const socket = await open('/brief', 1_000_000);
    socket.write('abc');
    await waitUntil(() => parts.length === 1);
    readOn();

    const [response] = (await once(socket, 'data')) as [Buffer];
    await waitUntil(() => failures.length === 1);
    socket.destroy();

    expect(response.toString().slice(9, 12)).toBe('504');
    expect(String(failures[0])).toContain('the request has ended before its body was read');
  });

  it('responds to a client whose body the service does not read to its end', async () => {
    const socket = await open('/partial');
    socket.write(Buffer.alloc(1_000_000, 'x'));
    const [response] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(response.toString()).toContain('{"first":"x"}');
  });

  it('keeps the connection usable after a small body that no service has read', async () => {
    const post = 'POST /unread HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 3\r\n';
    const response = await sendRawBytes(running.url, `${post}\r\nabc${post}Connection: close\r\n\r\nabc`);

    expect(response.match(/\{"isStream":true\}/g)).toHaveLength(2);
  });

  it.each([
    ['accepts: [json], body: stream', 'expected `accepts` with `binary`: bodies of other formats are no streams'],
    ['accepts: [binary], body: stream, rawBody: true', 'expected no `rawBody`: bodies of binary are not kept'],
    [
      'accepts: [binary], body: stream, idempotency: required',
      'expected `off`: bodies of binary are not compared with those of a repeated request',
    ],
    ['accepts: [binary], body: stream, async: true', 'expected no `binary`: a job cannot have it as its input'],
  ])('rejects the configuration %s', async (options, message) => {
    const broken = `channels: { rest: { x: { method: POST, path: /x, service: unread, ${options} } } }`;
    const started = startBus({ config: { 'channels.yaml': broken }, services: [Unread] });

    await expect(started).rejects.toThrow(message);
  });
});

async function* digestWhileRead(hash: Hash, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}

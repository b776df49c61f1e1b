import { once } from 'node:events';
import { sendRawBytes, waitUntil } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';
import { failures, openUpload, Paced, parts, readOn, resetPaced, waitUntilStuck } from './paced-uploads';

type Lines = AsyncIterable<unknown>;

@BusService({ name: 'collect' })
class Collect extends Service<Lines> {
  async handle() {
    const lines: unknown[] = [];
    for await (const line of this.request.payload as Lines) lines.push(line);
    return { lines };
  }
}

@BusService({ name: 'first' })
class First extends Service<Lines> {
  async handle() {
    for await (const line of this.request.input) return { line };
    return {};
  }
}

const channels = `
channels:
  rest:
    lines: { method: POST, path: '/lines', service: collect, accepts: [ndjson, json], uploads: { total: 20KiB } }
    named: { method: POST, path: '/lines/{name}', service: collect, accepts: [ndjson] }
    paced: { method: POST, path: /paced, service: paced, accepts: [ndjson], uploads: { total: 64MiB } }
    first: { method: POST, path: /first, service: first, accepts: [ndjson] }
`;

describe('A channel that accepts ndjson', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: {
        'channels.yaml': channels,
        'test-bus.yaml': 'bus: { http: { port: 0, bodyLimit: 10KiB }, log: { level: debug } }',
      },
      services: [Collect, Paced, First],
    });
  });
  afterAll(() => running.stop());
  beforeEach(resetPaced);
  const send = async (path: string, body: string, type = 'application/x-ndjson') => {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    const response = await sendRequest(`${running.url}${path}`, init);
    return [response.status, response.body['lines'] ?? response.body['detail'] ?? response.body['code']];
  };
  const open = (path: string) =>
    openUpload(`${running.url}${path}`, { type: 'application/x-ndjson', length: 30_000_000 });

  it.each([
    ['/lines', '{"a":1}\n[2]\r\n\n"é"\nnull', [{ a: 1 }, [2], 'é', null]],
    ['/lines/x?y=1', '1\n2\n', [1, 2]],
    ['/lines', ' \n', []],
  ])('has its lines as an async iterable: %s', async (path, body, lines) => {
    expect(await send(path, body)).toEqual([200, lines]);
  });

  it('joins lines that arrive in pieces', async () => {
    const body = ['{"a', '":"\u00e9', '"}', '\n{', '}'].map(
      (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`,
    );
    const response = await sendRawBytes(
      running.url,
      `POST /lines HTTP/1.1\r\nHost: a\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body.join('')}0\r\n\r\n`,
    );

    expect(response).toContain('{"lines":[{"a":"é"},{}]}');
  });

  it.each([
    ['1\n\n{"a"\n3', 400, /^line 3: /],
    ['1\n{"a":1,"a":2}', 400, /^line 2: the body has a duplicate member at #\/a$/],
    ['1\n{"__proto__":1}', 400, /^line 2: /],
    [`1\n"${'x'.repeat(10_240)}"`, 413, /^a line has more than 10240 bytes$/],
    [`${'1\n'.repeat(12_000)}`, 413, /^CONTENT_TOO_LARGE$/],
  ])('rejects a bad line with its number', async (body, status, detail) => {
    expect(await send('/lines', body)).toEqual([status, expect.stringMatching(detail)]);
  });

  it('limits a chunked body as a whole', async () => {
    const text = '1\n'.repeat(6_000);
    const chunk = `${text.length.toString(16)}\r\n${text}\r\n`;
    const response = await sendRawBytes(
      running.url,
      `POST /lines HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );

    expect(response.slice(9, 12)).toBe('413');
  });

  it('slows the client down to the pace of the service', async () => {
    const socket = await open('/paced');
    const item = Buffer.from(`"${'x'.repeat(4_997)}"\n`);
    socket.write(Buffer.concat(Array.from({ length: 6_000 }, () => item)));
    await waitUntil(() => parts.length === 1);
    await waitUntilStuck(socket);

    expect(socket.writableLength).toBeGreaterThan(0);
    expect(parts).toHaveLength(1);

    readOn();
    const [response] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(response.toString().slice(9, 12)).toBe('200');
    expect(parts).toHaveLength(6_000);
  });

  it('ends the iteration with an error when the client disconnects', async () => {
    const socket = await open('/paced');
    socket.write('1\n2\n');
    await waitUntil(() => parts.length === 1);

    socket.destroy();
    readOn();

    await waitUntil(() => failures.length === 1);
    expect(failures).toEqual([expect.objectContaining({ code: 'MALFORMED_BODY', detail: 'the body is incomplete' })]);
  });

  it('may respond before the client has sent all lines', async () => {
    const socket = await open('/first');
    socket.on('error', () => undefined).write('1\n2\n');
    const [response] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(response.toString()).toContain('{"line":1}');
    expect(await send('/lines', '1')).toEqual([200, [1]]);
  });
});

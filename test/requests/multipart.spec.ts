import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sendRawBytes, waitUntil } from '@trunkline/testing';
import { BusService, Service, UploadedFile } from 'trunkline';
import { z } from 'zod';
import { findConfigProblems } from '../find-config-problems';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';

const paths: string[] = [];

@BusService({ name: 'echo' })
class Echo extends Service<Record<string, unknown>> {
  async handle() {
    const members: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this.request.input)) members[name] = await describeMember(value);
    return members;
  }
}

async function describeMember(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(describeMember));
  if (!(value instanceof UploadedFile)) return value;
  paths.push(value.path);
  const content = await value.read();
  const modes = [statSync(value.path), statSync(dirname(value.path))].map(({ mode }) => (mode & 0o777).toString(8));
  return { ...value.toJSON(), content: content.length > 100 ? content.length : content.toString(), modes };
}

@BusService({ name: 'fail', input: z.strictObject({ count: z.int(), file: z.instanceof(UploadedFile) }) })
class Fail extends Service<{ file: UploadedFile }> {
  handle() {
    paths.push(this.request.input.file.path);
    throw new Error('fails');
  }
}

@BusService({ name: 'size' })
class Size extends Service<{ f: UploadedFile }> {
  handle() {
    return this.request.input.f.toJSON();
  }
}

@BusService({ name: 'slow' })
class Slow extends Service<{ file: UploadedFile }> {
  async handle() {
    paths.push(this.request.input.file.path);
    await new Promise(() => undefined);
  }
}

const channels = `
channels:
  rest:
    any: { method: POST, path: /any, service: echo, accepts: [multipart, json] }
    small:
      method: POST
      path: '/small/{id}'
      service: echo
      accepts: [multipart]
      uploads: { total: 20KiB, file: 10KiB, files: 2, field: 1KiB, fields: 3 }
    large: { method: POST, path: /large, service: size, accepts: [multipart], uploads: { total: 300MiB, file: 300MiB } }
    fail: { method: POST, path: /fail, service: fail, accepts: [multipart] }
    slow: { method: POST, path: /slow, service: slow, accepts: [multipart], timeout: 300ms }
`;
const PREFIX = `trunkline-upload-${hostname()}-`;
const listFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`${PREFIX}${process.pid}-`));
/** Open files of uploads, removed ones too. Systems without `/proc` are not checked. */
const countOpenUploads = () => {
  const directory = '/proc/self/fd';
  if (!existsSync(directory)) return 0;
  return readdirSync(directory).filter((name) => {
    try {
      return readlinkSync(join(directory, name)).includes(PREFIX);
    } catch {
      // The descriptor of the listing itself is closed by now.
      return false;
    }
  }).length;
};
const createForm = (parts: readonly (readonly [string, string | File])[]) => {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return form;
};
const part = (head: string, content: string, boundary = 'b') =>
  `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
const filePart = (content: string) => part('name="f"; filename="a.txt"', content);

describe('A channel that accepts multipart', () => {
  let running: RunningBus;
  let leftover: string;
  beforeAll(async () => {
    leftover = mkdtempSync(join(tmpdir(), `${PREFIX}999999999-`));
    writeFileSync(join(leftover, '1'), 'x');
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Echo, Fail, Size, Slow] });
  });
  afterAll(() => running.stop());
  afterEach(() => waitUntil(() => listFolders().length === 0 && countOpenUploads() === 0));
  const post = (path: string, body: FormData) => sendRequest(`${running.url}${path}`, { method: 'POST', body });
  const sendText = async (path: string, body: string, type = 'multipart/form-data; boundary=b') => {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    const { status, body: problem } = await sendRequest(`${running.url}${path}`, init);
    return [status, problem['code'], problem['detail']];
  };
  const openUpload = async (path: string, sent: string): Promise<Socket> => {
    const { hostname: host, port } = new URL(running.url);
    const socket = connect(Number(port), host);
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n`;
    socket.write(`${head}\r\n${sent}`);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };

  it('has fields and files as input, lists in their order', async () => {
    const file = (name: string, content: string) => new File([content], name, { type: 'text/csv' });
    const { body } = await post(
      '/any',
      createForm([
        ['sku', 'é'],
        ['tag', 'x'],
        ['tag', 'y'],
        ['f', file('a.csv', '1,2')],
        ['g', file('../../é.csv', 'A'.repeat(200_000))],
        ['g', file('b.csv', '')],
      ]),
    );
    const modes = ['600', '700'];

    expect(body).toEqual({
      sku: 'é',
      tag: ['x', 'y'],
      f: { name: 'a.csv', mediaType: 'text/csv', bytes: 3, content: '1,2', modes },
      g: [
        { name: 'é.csv', mediaType: 'text/csv', bytes: 200_000, content: 200_000, modes },
        { name: 'b.csv', mediaType: 'text/csv', bytes: 0, content: '', modes },
      ],
    });
  });

  it('reads JSON parts, and no file where a browser has none to send', async () => {
    const json = '--b\r\nContent-Disposition: form-data; name="j"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n';
    const none =
      '--b\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n';
    const { body } = await sendRequest(`${running.url}/any`, {
      method: 'POST',
      headers: { 'content-type': 'Multipart/Form-Data; boundary="b"' },
      body: `preamble\r\n${json}${none}--b--\r\nepilogue`,
    });

    expect(body).toEqual({ j: { a: 1 } });
  });

  it('converts fields where the declared input asks for it, and removes files after a failure', async () => {
    const form = createForm([
      ['count', '2'],
      ['file', new File(['x'], 'x')],
    ]);

    expect((await post('/fail', form)).status).toBe(500);
    await waitUntil(() => !existsSync(paths.at(-1) ?? ''));
  });

  it('removes files of an input that is rejected', async () => {
    const { status, body } = await post('/fail', createForm([['file', new File(['x'], 'x')]]));

    expect([status, body['code']]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('removes files after the deadline, whatever the service does', async () => {
    const { status } = await post('/slow', createForm([['file', new File(['x'], 'x')]]));

    expect(status).toBe(504);
    await waitUntil(() => !existsSync(paths.at(-1) ?? ''));
  });

  it('removes what crashed processes have left, at its start', () => {
    expect(existsSync(leftover)).toBe(false);
  });

  it.each([
    ['a body cut within a field', part('name="a"', '1').slice(0, -5)],
    ['a body cut within a file', `${part('name="a"', '1')}${filePart('abc')}`],
    ['a body cut within the head of a part', '--b\r\nContent-Disposition: form-'],
    ['another boundary', `${part('name="a"', '1', 'other')}--other--\r\n`],
    ['no part', 'hello'],
  ])('rejects %s', async (_what, body) => {
    expect(await sendText('/any', body)).toEqual([
      400,
      'MALFORMED_BODY',
      'the body is not complete multipart/form-data',
    ]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'the Content-Type has no valid boundary'],
    ['a long boundary', `multipart/form-data; boundary=${'b'.repeat(300)}`, 'the Content-Type has no valid boundary'],
  ])('rejects %s', async (_what, type, detail) => {
    expect(await sendText('/any', '--b--\r\n', type)).toEqual([400, 'MALFORMED_BODY', detail]);
  });

  it('rejects all parts that cannot be read at once', async () => {
    const body = `${part('name="__proto__"', '1')}${part('filename="a"', '1')}${part('name="a"', '1')}--b--\r\n`;

    expect(await sendText('/any', body)).toEqual([
      400,
      'MALFORMED_BODY',
      'part 1 is named __proto__; part 2 has no name',
    ]);
  });

  it.each([
    ['/any', 'many fields', part('name="a"', '1').repeat(100_000), 'the body has more than 1000 fields'],
    ['/small/1', 'fields', part('name="a"', '1').repeat(4), 'the body has more than 3 fields'],
    ['/small/1', 'files', filePart('1').repeat(3), 'the body has more than 2 files'],
    ['/small/1', 'bytes of a field', part('name="a"', 'x'.repeat(1_025)), 'a field has more than 1024 bytes'],
    ['/small/1', 'bytes of a file', filePart('x'.repeat(10_241)), 'a file has more than 10240 bytes'],
    ['/small/1', 'bytes', filePart('x'.repeat(30_000)), undefined],
  ])('%s rejects too many %s', async (path, _what, parts, detail) => {
    const [status, code, actual] = await sendText(path, `${parts}--b--\r\n`);

    expect([status, code]).toEqual([413, 'CONTENT_TOO_LARGE']);
    if (detail !== undefined) expect(actual).toBe(detail);
  });

  it('rejects a chunked body beyond its limit', async () => {
    const chunk = filePart('x'.repeat(9_000));
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(3);
    const response = await sendRawBytes(
      running.url,
      `POST /small/1 HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    );

    expect(response.slice(9, 12)).toBe('413');
  });

  it('rejects a content coding and other media types with 415', async () => {
    const coded = await sendRequest(`${running.url}/any`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-encoding': 'gzip' },
      body: 'x',
    });

    expect(coded.status).toBe(415);
    expect((await sendText('/small/1', 'a', 'multipart/mixed; boundary=b'))[0]).toBe(415);
  });

  it('removes files of a client that disconnects', async () => {
    const socket = await openUpload('/any', filePart('x'.repeat(50_000)));
    await waitUntil(() => listFolders().length === 1);

    socket.destroy();

    await waitUntil(() => listFolders().length === 0);
  });

  it('takes a large file in little memory', async () => {
    const blocks = 256;
    const before = process.memoryUsage.rss();
    const growth: number[] = [];
    const timer = setInterval(() => growth.push(process.memoryUsage.rss() - before), 5);

    const response = await sendFromOtherProcess(`${running.url}/large`, blocks);
    clearInterval(timer);

    expect(response).toContain(`"bytes":${blocks * BLOCK_BYTES}`);
    expect(growth.length).toBeGreaterThan(10);
    expect(Math.max(...growth)).toBeLessThan((blocks * BLOCK_BYTES) / 3);
  });

  it('serves on after all of these', async () => {
    expect((await post('/any', createForm([['a', '1']]))).body).toEqual({ a: '1' });
  });
});

describe('`accepts: [multipart]` of a channel', () => {
  it.each([
    ['async: true', 'expected no `multipart`: a job cannot have it as its input'],
    ['rawBody: true', 'expected no `rawBody`: bodies of multipart are not kept'],
    ['idempotency: optional', 'expected `off`: bodies of multipart are not compared with those of a repeated request'],
  ])('is a problem with %s', async (option, problem) => {
    const yaml = `channels: { rest: { a: { method: POST, path: /a, service: echo, accepts: [multipart], ${option} } } }`;
    const problems = await findConfigProblems({ config: { 'channels.yaml': yaml }, services: [Echo] });

    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});

const BLOCK_BYTES = 1_048_576;

/** Sends an upload from another process, whose memory is not that of the bus. */
async function sendFromOtherProcess(url: string, blocks: number): Promise<string> {
  const script = `
    const { request } = require('node:http');
    const { Readable } = require('node:stream');
    const [url, blocks] = process.argv.slice(1);
    const block = Buffer.alloc(${BLOCK_BYTES});
    function* parts() {
      yield '--b\\r\\nContent-Disposition: form-data; name="f"; filename="a"\\r\\n\\r\\n';
      for (let sent = 0; sent < Number(blocks); sent += 1) yield block;
      yield '\\r\\n--b--\\r\\n';
    }
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const sending = request(url, { method: 'POST', headers }, (response) => response.pipe(process.stdout));
    Readable.from(parts(), { objectMode: true }).pipe(sending);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, url, String(blocks)]);
  return stdout;
}

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamableFile } from '@nestjs/common';
import { measureTime, waitUntil } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';
import { measureReadAhead, openResponse } from './open-response';

const MIB = 1_048_576;
const ended: string[] = [];
let made = 0;

@BusService({ name: 'bytes', input: z.strictObject({ what: z.string() }) })
class Bytes extends Service<{ what: string }> {
  handle() {
    const { what } = this.request.input;
    if (what === 'missing') return createReadStream('/no/such/file');
    if (what === 'file') {
      const disposition = 'attachment; filename="report.pdf"';
      return new StreamableFile(Buffer.from('%PDF-1.7'), { type: 'application/pdf', disposition, length: 8 });
    }
    if (what === 'longer') return new StreamableFile(Readable.from(makeLater('123', '456')), { length: 5 });
    if (what === 'shorter') return new StreamableFile(Readable.from(makeLater('123', '4')), { length: 5 });
    if (what === 'web') return new Blob(['web']).stream();
    if (what === 'text') return Readable.from(['a', 'b']);
    if (what === 'large') return Readable.from(makeMegabytes(64), { objectMode: false });
    return Readable.from(failAfterOne(), { objectMode: false });
  }
}

function* makeMegabytes(count: number) {
  try {
    for (made = 1; made <= count; made += 1) yield Buffer.alloc(MIB, made);
  } finally {
    ended.push('large');
  }
}

async function* makeLater(first: string, second: string) {
  yield first;
  await sleep(10);
  yield second;
}

async function* failAfterOne() {
  yield Buffer.alloc(1_000);
  await sleep(10);
  throw new Error('the disk is gone');
}

const channels = `
channels:
  rest:
    bytes: { method: GET, path: '/bytes/{what}', service: bytes, produces: [application/pdf, application/octet-stream] }
`;

describe('A response of bytes', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Bytes] });
  });
  afterAll(() => running.stop());
  const read = (path: string, method = 'GET') => sendRequest(`${running.url}${path}`, { method });
  const open = (path: string) => openResponse(`${running.url}${path}`);
  const findFailures = () =>
    running.readLog().filter((line) => line['channel'] === 'bytes' && line['code'] !== undefined);

  it('has the headers of a StreamableFile', async () => {
    const { headers, text } = await read('/bytes/file');

    expect(text).toBe('%PDF-1.7');
    expect(headers.get('content-type')).toBe('application/pdf');
    expect(headers.get('content-disposition')).toBe('attachment; filename="report.pdf"');
    expect(headers.get('content-length')).toBe('8');
  });

  it('may be a web stream, or a Readable of text', async () => {
    expect(await read('/bytes/web')).toMatchObject({ status: 200, text: 'web' });
    const { headers, text } = await read('/bytes/text');

    expect(text).toBe('ab');
    expect(headers.get('content-type')).toBe('application/octet-stream');
  });

  it('has the status of a failure before the first byte', async () => {
    const { status, body } = await sendRequest(`${running.url}/bytes/missing`);

    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('/no/such/file');
  });

  it('is cut off by a later failure, which is logged once', async () => {
    const { response } = await open('/bytes/failing');
    const cut = once(response, 'error');
    response.resume();

    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    await waitUntil(() => findFailures().some((line) => JSON.stringify(line).includes('the disk is gone')));
    expect(findFailures().filter((line) => JSON.stringify(line).includes('disk'))).toHaveLength(1);
  });

  it.each(['longer', 'shorter'])('is cut off when it is %s than its announced length', async (what) => {
    const { response } = await open(`/bytes/${what}`);
    const cut = once(response, 'error');
    response.resume();

    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    await waitUntil(() =>
      findFailures().some((line) => JSON.stringify(line).includes(`${what} than its content-length`)),
    );
  });

  it('is read no faster than its client takes it: 64 MiB', async () => {
    const { response } = await open('/bytes/large');
    const { bytes, mostAhead } = await measureReadAhead(response, () => made * MIB);

    expect(bytes).toBe(64 * MIB);
    expect(mostAhead).toBeLessThan(16 * MIB);
  });

  it('ends within 100 ms when its client leaves', async () => {
    const { response, leave } = await open('/bytes/large');
    await once(response, 'readable');
    const { tookMs } = await measureTime(async () => {
      leave();
      await waitUntil(() => ended.includes('large'));
    });

    expect(tookMs).toBeLessThan(100);
    expect(made).toBeLessThan(64);
    await sleep(20);
    expect(findFailures().filter((line) => line['code'] === 'CLIENT_CLOSED')).toEqual([]);
  });

  it('has only its head for HEAD', async () => {
    const { status, headers, text } = await read('/bytes/file', 'HEAD');

    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers.get('content-length')).toBe('8');
  });
});

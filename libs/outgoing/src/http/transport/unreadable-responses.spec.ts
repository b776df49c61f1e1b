import { gzipSync } from 'node:zlib';
import { TestBus } from '../../test-bus.fixture';
import { createResponse, ScriptedUpstream } from '@trunkline/testing';

const JSON_TYPE = { 'content-type': 'application/json' };
const GZIPPED = { ...JSON_TYPE, 'content-encoding': 'gzip' };

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

/** What comes of a call of an upstream that always answers with the same bytes. */
async function call(bytes: Buffer, settings: object = {}): Promise<unknown> {
  upstream = await ScriptedUpstream.listen((socket) => socket.write(bytes));
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, ...settings } } } });
  return bus.run((crm) => crm.get('/')).catch((thrown: unknown) => thrown);
}

describe('a number that a double cannot hold', () => {
  const body = createResponse(200, '{"items":[{"id":1},{"id":12345678901234567890}]}', JSON_TYPE);

  it.each([
    [{}, { code: 'UPSTREAM_INVALID_RESPONSE', status: 502 }],
    [{ numbers: 'exact' }, { cause: { message: 'has a number at #/items/1/id that a double cannot hold' } }],
    [{ numbers: 'text' }, { data: { items: [{ id: 1 }, { id: '12345678901234567890' }] } }],
    [{ numbers: 'lenient' }, { data: { items: [{ id: 1 }, { id: 12_345_678_901_234_567_000 }] } }],
  ])('is rejected with its place, read as text or rounded, by the connection: %j', async (settings, outcome) => {
    expect(await call(body, settings)).toMatchObject(outcome);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('headers of a response', () => {
  const withHeader = (length: number) => createResponse(200, '', { 'x-large': 'x'.repeat(length) });

  it.each([
    [15_000, {}, { status: 200 }],
    [17_000, {}, { code: 'UPSTREAM_RESPONSE_TOO_LARGE', status: 502 }],
    [3_000, { maxHeader: '2KiB' }, { code: 'UPSTREAM_RESPONSE_TOO_LARGE', status: 502 }],
    [40_000, { maxHeader: '64KiB' }, { status: 200 }],
  ])('of %d bytes are taken up to the limit of the connection, once: %j', async (length, settings, outcome) => {
    expect(await call(withHeader(length), settings)).toMatchObject(outcome);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('gzip that cannot be undone', () => {
  it.each([
    ['is not gzip', Buffer.from('no gzip at all')],
    ['is cut', gzipSync('{"a":"some text"}').subarray(0, -12)],
  ])('%s: UPSTREAM_INVALID_RESPONSE, and it is not asked for again', async (_what, bytes) => {
    expect(await call(createResponse(200, bytes, GZIPPED))).toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      status: 502,
    });
    expect(upstream.requests).toHaveLength(1);
  });

  it('keeps the status of a response that is no success', async () => {
    expect(await call(createResponse(404, 'no gzip at all', GZIPPED))).toMatchObject({ status: 404, data: undefined });
  });
});

describe('a charset that is declared', () => {
  it.each([
    ['us-ascii', Buffer.from('{"a":"x"}'), { a: 'x' }],
    ['ISO-8859-1', Buffer.from('{"a":"x"}'), { a: 'x' }],
    ['iso-8859-1', Buffer.from('{"a":"Gaud\u00ed"}', 'latin1'), { a: 'Gaudí' }],
    ['utf-8', Buffer.from('\ufeff{"a":"Gaud\u00ed"}'), { a: 'Gaudí' }],
  ])('is what the body is decoded as: %s', async (charset, bytes, data) => {
    const type = { 'content-type': `application/json; charset=${charset}` };

    expect(await call(createResponse(200, bytes, type))).toMatchObject({ status: 200, data });
  });
});

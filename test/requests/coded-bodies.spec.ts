import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { BusService, Service } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    const { input, rawBody, payload } = this.request;
    return { input, raw: rawBody?.toString('latin1'), isPayload: rawBody === payload };
  }
}

const channels = `
channels:
  rest:
    json: { method: POST, path: /json, service: echo }
    text: { method: POST, path: /text, service: echo, accepts: [text, form] }
    raw: { method: POST, path: /raw, service: echo, rawBody: true }
    raw.form: { method: POST, path: /raw-form, service: echo, rawBody: true, accepts: [form] }
`;
const JSON_TYPE = 'application/json';
const CODERS = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  'raw deflate': deflateRawSync,
  br: brotliCompressSync,
};

describe('A body', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: {
        'channels.yaml': channels,
        'test-bus.yaml': 'bus: { http: { port: 0, bodyLimit: 100KiB, bodyBudget: 1MiB }, log: { level: debug } }',
      },
      services: [Echo],
    });
  });
  afterAll(() => running.stop());
  const send = (path: string, headers: Record<string, string>, body: Uint8Array | string) =>
    sendRequest(`${running.url}${path}`, { method: 'POST', headers, body: Buffer.from(body) });
  const sendCoded = async (coding: string, body: Uint8Array, { path = '/json', type = JSON_TYPE } = {}) => {
    const response = await send(path, { 'content-type': type, 'content-encoding': coding }, body);
    return { ...response, problem: [response.status, response.body['code'], response.body['detail']] };
  };

  describe('with a content coding', () => {
    it.each(Object.entries(CODERS))('is decoded: %s', async (name, encode) => {
      const { body } = await sendCoded(name.replace('raw ', ''), encode('{"a":"é"}'));

      expect(body['input']).toEqual({ a: 'é' });
    });

    it('is decoded in other formats, in any case of the name', async () => {
      const text = await sendCoded('GZIP', gzipSync('hello'), { path: '/text', type: 'text/plain' });

      expect(text.body['input']).toBe('hello');
    });

    it.each(['zstd', 'compress', 'gzip, br', 'constructor', ''])(
      'that is not supported gets 415: %s',
      async (coding) => {
        for (const [path, type] of [
          ['/json', JSON_TYPE],
          ['/text', 'text/plain'],
        ]) {
          const { status, headers } = await sendCoded(coding, gzipSync('{}'), { path: path ?? '', type: type ?? '' });

          expect([status, headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br']);
        }
      },
    );

    it.each([
      ['gzip', Buffer.from('{}')],
      ['gzip', gzipSync('{"a":1}').subarray(0, -4)],
      ['deflate', Buffer.from('{}')],
      ['deflate', Buffer.from('x')],
      ['br', Buffer.from('{}')],
    ])('that is broken gets 400: %s', async (coding, body) => {
      const { problem } = await sendCoded(coding, body);

      expect(problem).toEqual([400, 'MALFORMED_BODY', `the body is not complete ${coding}`]);
    });

    it.each(['gzip', 'deflate', 'br'] as const)('has the limit of its decoded size: %s', async (coding) => {
      const within = await sendCoded(coding, CODERS[coding](JSON.stringify(createNoise(90_000))));
      const beyond = await sendCoded(coding, CODERS[coding](JSON.stringify(createNoise(110_000))));
      const bomb = await sendCoded(coding, CODERS[coding](Buffer.alloc(50_000_000)));

      expect([within.status, beyond.status, bomb.status]).toEqual([200, 413, 413]);
      expect(beyond.problem).toEqual([413, 'CONTENT_TOO_LARGE', 'the decoded body has more than 102400 bytes']);
    });

    it('may not decode to a hundred times its size', async () => {
      const { problem } = await sendCoded('gzip', gzipSync(JSON.stringify('a'.repeat(99_000))));

      expect(problem).toEqual([413, 'CONTENT_TOO_LARGE', 'the decoded body has more than 65536 bytes']);
    });

    it('may be empty once decoded', async () => {
      expect((await sendCoded('gzip', gzipSync(''))).body['input']).toEqual({});
    });
  });

  describe('of a channel with `rawBody`', () => {
    it.each([
      ['/raw', JSON_TYPE, '{ "a" : 1.0 }', { a: 1 }],
      ['/raw-form', 'application/x-www-form-urlencoded', 'a=%41', { a: 'A' }],
    ])('is there as it was received: %s', async (path, type, sent, input) => {
      const { body } = await send(path, { 'content-type': type }, sent);

      expect(body).toEqual({ input, raw: sent, isPayload: false });
    });

    it('is there before its coding is decoded', async () => {
      const coded = gzipSync('{"a":1}');

      expect((await sendCoded('gzip', coded, { path: '/raw' })).body).toMatchObject({
        input: { a: 1 },
        raw: coded.toString('latin1'),
      });
    });

    it('is absent without a body, and on other channels', async () => {
      expect((await send('/raw', {}, '')).body['raw']).toBeUndefined();
      expect((await send('/json', { 'content-type': JSON_TYPE }, '{}')).body['raw']).toBeUndefined();
    });

    it('is checked as on other channels', async () => {
      const malformed = await send('/raw', { 'content-type': JSON_TYPE }, '{"a":1,"a":2}');
      const text = await send('/raw', { 'content-type': 'text/plain' }, 'a');

      expect([malformed.status, text.status]).toEqual([400, 415]);
    });
  });
});

/** Text that hardly compresses. */
function createNoise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  }).join('');
}

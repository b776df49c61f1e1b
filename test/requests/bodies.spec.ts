import { BusService, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    return { input: this.request.input, has_payload: this.request.payload !== undefined };
  }
}

@BusService({ name: 'named', input: ['sku', '-note'] })
class Named extends Service {
  handle() {
    return this.request.input;
  }
}

const channels = `
channels:
  rest:
    things.get: { method: GET, path: '/things/{id}', service: echo }
    things.post: { method: POST, path: /things, service: echo }
    things.patch: { method: PATCH, path: /things, service: echo }
    things.delete: { method: DELETE, path: '/things/{id}', service: echo }
    keyed: { method: POST, path: /keyed, service: echo, idempotency: required }
    named: { method: POST, path: /named, service: named }
`;
const BOM = '\u{FEFF}';

describe('The body of a request', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Echo, Named] });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);
  const raw = async (lines: readonly string[], body: string) => {
    const head = [...lines, 'Host: a', 'Connection: close'].join('\r\n');
    const [response = '', text = ''] = (await sendRawBytes(running.url, `${head}\r\n\r\n${body}`)).split('\r\n\r\n');
    return { status: Number(response.slice(9, 12)), head: response.toLowerCase(), text };
  };

  it.each([
    ['POST', 'with a length', 'Content-Length: 7', '{"a":1}'],
    ['POST', 'in chunks', 'Transfer-Encoding: chunked', '7\r\n{"a":1}\r\n0\r\n\r\n'],
    ['PATCH', 'with a length', 'Content-Length: 7', '{"a":1}'],
  ])('needs a media type: %s %s', async (method, _how, framing, body) => {
    const { status, head, text } = await raw([`${method} /things HTTP/1.1`, framing], body);

    expect(status).toBe(415);
    expect(text).toContain('"code":"UNSUPPORTED_MEDIA_TYPE"');
    expect(head).toContain('\r\naccept: application/json\r\n');
    expect(head.includes('\r\naccept-post: application/json\r\n')).toBe(method === 'POST');
  });

  it.each([
    ['without a length', '', ''],
    ['with the length 0', 'Content-Length: 0', ''],
    ['in no chunks', 'Transfer-Encoding: chunked', '0\r\n\r\n'],
  ])('is absent when nothing was sent: %s', async (_how, framing, body) => {
    for (const type of ['Content-Type: application/json', 'X-Type: none']) {
      const lines = [type, ...(framing ? [framing] : [])];
      const deleted = await raw(['DELETE /things/7?a=1 HTTP/1.1', ...lines], body);
      const posted = await raw(['POST /things?a=1 HTTP/1.1', ...lines], body);

      expect(deleted).toMatchObject({ status: 200, text: '{"input":{"a":"1","id":"7"},"has_payload":false}' });
      expect(posted).toMatchObject({ status: 200, text: '{"input":{"a":"1"},"has_payload":false}' });
    }
  });

  it('that is absent has no media type to reject', async () => {
    const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };

    await expect(at('/things?a=1', { method: 'POST', headers })).resolves.toMatchObject({ status: 200 });
  });

  it('that is absent lacks the members that a service requires', async () => {
    const headers = { 'content-type': 'application/json' };

    await expect(at('/named', { method: 'POST', headers })).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/sku' }] },
    });
    await expect(at('/named?sku=A', { method: 'POST', headers })).resolves.toMatchObject({ status: 200 });
  });

  it('that is absent is the same request under its Idempotency-Key', async () => {
    const key = { 'idempotency-key': '"none"' };
    const first = await at('/keyed', { method: 'POST', headers: { 'content-type': 'application/json', ...key } });
    const again = await at('/keyed', { method: 'POST', headers: key });

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('of a GET is ignored', async () => {
    const response = await raw(['GET /things/7 HTTP/1.1', 'Content-Length: 2', 'Content-Type: text/plain'], '{}');

    expect(response).toMatchObject({ status: 200, text: '{"input":{"id":"7"},"has_payload":false}' });
  });

  it('may begin with a byte order mark', async () => {
    const headers = { 'content-type': 'application/json' };
    const sent = await at('/things', { method: 'POST', headers, body: `${BOM}{"a":1}` });
    const alone = await at('/things', { method: 'POST', headers, body: BOM });
    const twice = await at('/things', { method: 'POST', headers, body: `${BOM}${BOM}{"a":1}` });
    const repeated = await at('/things', { method: 'POST', headers, body: `${BOM}{"a":1,"a":2}` });

    expect(sent).toMatchObject({ status: 200, body: { input: { a: 1 } } });
    for (const { status, body } of [alone, twice, repeated]) {
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'MALFORMED_BODY' });
    }
  });

  it.each(['utf-8', 'UTF-8', 'Utf8', '"utf-8"', '"UTF-8"', 'us-ascii', 'US-ASCII', '"us-ascii"'])(
    'may be in the charset %s',
    async (charset) => {
      for (const type of [`application/json; charset=${charset}`, `application/json;Charset=${charset}`]) {
        const response = await at('/things', { method: 'POST', headers: { 'content-type': type }, body: '{"a":"é"}' });

        expect(response).toMatchObject({ status: 200, body: { input: { a: 'é' } } });
      }
    },
  );

  it.each(['utf-16', 'iso-8859-1', 'windows-1252', '"utf-32"'])('is rejected in the charset %s', async (charset) => {
    const headers = { 'content-type': `application/json; charset=${charset}` };

    await expect(at('/things', { method: 'POST', headers, body: '{}' })).resolves.toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  });
});

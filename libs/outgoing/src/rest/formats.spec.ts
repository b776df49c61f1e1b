import { text } from 'node:stream/consumers';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';
import { catchRejection, TestBus } from '../test-bus.fixture';
import type { BodyFormat } from './formats/body-format';

const OK: Script = (socket) => socket.write(createResponse(204, '', {}));
const respond =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): Script =>
  (socket) =>
    socket.write(createResponse(status, body, headers));

describe.each(['directly', 'through an interceptor of axios'])('a call of a service that is made %s', (way) => {
  let upstream: ScriptedUpstream;
  let bus: TestBus;

  async function start(script: Script, settings: object = {}) {
    upstream = await ScriptedUpstream.listen(script);
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', ...settings } } } });
    if (way !== 'directly') bus.rest.http('CRM').axiosRef.interceptors.request.use((config) => config);
  }
  const readHeader = (name: string, index = 0) =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(upstream.requests[index] ?? '')?.[1];
  function readSentBody(index = 0): string {
    const [, ...body] = upstream.requests[index]?.split('\r\n\r\n') ?? [];
    return Buffer.from(body.join('\r\n\r\n'), 'latin1').toString();
  }

  afterEach(async () => {
    await bus.close();
    await upstream.close();
  });

  it.each<[BodyFormat, unknown, string, string]>([
    ['json', 'text', 'application/json', '"text"'],
    [
      'form',
      { a: 'x y', list: [1, 2], none: null, ü: '€' },
      'application/x-www-form-urlencoded',
      'a=x+y&list=1&list=2&%C3%BC=%E2%82%AC',
    ],
    [
      'xml',
      {
        order: {
          '@id': 7,
          sku: 'A&B',
          line: [{ n: 1 }, 'two\r', null],
          none: undefined,
          note: { '@x': '"', '#text': '<' },
        },
      },
      'application/xml; charset=utf-8',
      '<?xml version="1.0" encoding="UTF-8"?>\n<order id="7"><sku>A&amp;B</sku><line><n>1</n></line><line>two&#13;</line>' +
        '<note x="&quot;">&lt;</note></order>',
    ],
    ['text', 'Grüße', 'text/plain; charset=utf-8', 'Grüße'],
    ['binary', new Uint8Array([65, 66]).buffer, 'application/octet-stream', 'AB'],
  ])('sends the format %s', async (format, body, type, sent) => {
    await start(OK);

    await bus.run((crm) => crm.post('/', { body, format }));

    expect(readHeader('content-type')).toBe(type);
    expect(readSentBody()).toBe(sent);
  });

  it('sends fields and files as multipart, in the same bytes every time', async () => {
    await start(OK);
    const file = { content: Buffer.from('%PDF'), filename: 'a"b.pdf', type: 'application/pdf' };
    const body = { id: 7, tag: ['x', 'y'], file };

    await bus.run((crm) => crm.post('/', { body, format: 'multipart' }));
    await bus.run((crm) => crm.post('/', { body, format: 'multipart' }));

    const boundary = /boundary=(.*)$/.exec(readHeader('content-type') ?? '')?.[1];
    expect(readSentBody()).toBe(
      [
        `--${boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\n7\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="tag"\r\n\r\nx\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="tag"\r\n\r\ny\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a%22b.pdf"\r\n`,
        `Content-Type: application/pdf\r\n\r\n%PDF\r\n--${boundary}--\r\n`,
      ].join(''),
    );
    expect(readSentBody(1)).toBe(readSentBody());
  });

  it('rejects a Content-Type that would replace the boundary', async () => {
    await start(OK);
    const options = {
      body: { id: 7 },
      headers: { 'content-type': 'multipart/form-data' },
      format: 'multipart',
    } as const;

    expect(await catchRejection(bus.run((crm) => crm.post('/', options)))).toMatchObject({ code: 'BAD_REQUEST' });
    expect(upstream.requests).toEqual([]);
  });

  it('sends a DELETE with its body', async () => {
    await start(OK);

    await bus.run((crm) => crm.delete('/things', { body: { ids: [1, 2] } }));

    expect(upstream.requests[0]).toMatch(/^DELETE \/things HTTP/);
    expect(readSentBody()).toBe('{"ids":[1,2]}');
  });

  it.each<[BodyFormat, unknown]>([
    ['form', 'text'],
    ['form', { nested: { a: 1 } }],
    ['form', { half: '\ud800' }],
    ['multipart', [1]],
    ['multipart', { file: { content: 'x', filename: 'x', type: 'text/plain\r\nX-Evil: 1' } }],
    ['xml', 'text'],
    ['xml', { a: 1, b: 2 }],
    ['xml', { list: [1] }],
    ['xml', { 'a b': 1 }],
    ['xml', { a: { '@<': 1 } }],
    ['xml', { a: 'x\u0000' }],
    ['xml', { a: Number.NaN }],
    ['text', 7],
    ['binary', 'text'],
  ])('rejects what the format %s does not have: %p', async (format, body) => {
    await start(OK);

    const failure = await catchRejection(bus.run((crm) => crm.post('/', { body, format })));

    expect(failure).toMatchObject({ code: 'BAD_REQUEST' });
    expect(upstream.requests).toEqual([]);
  });

  it.each<[string, Buffer, string | undefined]>([
    ['UTF-8', Buffer.from('Preis: 5 €'), undefined],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffPreis: 5 €'), 'text/csv; charset=utf-8'],
    ['Windows-1252', Buffer.from('Preis: 5 \x80', 'latin1'), 'text/csv; charset=windows-1252'],
    ['a charset in quotes', Buffer.from('Preis: 5 \xa4', 'latin1'), `text/plain;charset='ISO-8859-15'`],
    ['UTF-16 by its byte order mark', Buffer.from('\ufeffPreis: 5 €', 'utf16le'), 'text/csv'],
  ])('reads text in %s', async (_name, bytes, type) => {
    await start(respond(bytes, type === undefined ? {} : { 'content-type': type }));

    const { data } = await bus.run((crm) => crm.get('/', { expect: 'text' }));

    expect(data).toBe('Preis: 5 €');
    expect(readHeader('accept')).toBe('text/*, */*;q=0.5');
  });

  it.each([
    [Buffer.from([0xff, 0x41]), 'text/plain'],
    [Buffer.from('a'), 'text/plain; charset=klingon'],
  ])('rejects text that is not in its charset: %p, %s', async (bytes, type) => {
    await start(respond(bytes, { 'content-type': type }));

    const failure = await catchRejection(bus.run((crm) => crm.get('/', { expect: 'text' })));

    expect(failure).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from('<?xml version="1.0"?><o id="1"><p>5 €</p></o>'), 'application/xml'],
    [
      'the charset of its media type',
      Buffer.from('<?xml version="1.0" encoding="utf-8"?><o id="1"><p>5 \x80</p></o>', 'latin1'),
      'text/xml; charset=windows-1252',
    ],
    [
      'the encoding of its declaration',
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-15"?><o id="1"><p>5 \xa4</p></o>', 'latin1'),
      'application/vnd.order+xml',
    ],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff<o id="1"><p>5 €</p></o>', 'utf16le'), 'text/xml'],
  ])('reads XML in %s', async (_name, bytes, type) => {
    await start(respond(bytes, { 'content-type': type }));

    const { data } = await bus.run((crm) => crm.get('/', { expect: 'xml' }));

    expect(data).toEqual({ o: { '@id': '1', p: '5 €' } });
    expect(readHeader('accept')).toBe('application/xml, text/xml');
  });

  it('reads a success without a body as nothing where XML is expected', async () => {
    await start(respond('', {}, 204));

    expect((await bus.run((crm) => crm.post('/', { expect: 'xml' }))).data).toBeUndefined();
  });

  it.each([
    ['HTML', '<html><br></html>', 'text/html'],
    ['what is not well-formed', '<o><p></o>', 'text/xml'],
    ['a document type', '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><o>&x;</o>', 'text/xml'],
    ['deep nesting', `${'<o>'.repeat(200)}${'</o>'.repeat(200)}`, 'text/xml'],
    ['too much markup', `<o>${'<a/>'.repeat(500_001)}</o>`, 'text/xml'],
  ])('rejects %s where XML is expected', async (_what, body, type) => {
    await start(respond(body, { 'content-type': type }));

    const failure = await catchRejection(bus.run((crm) => crm.get('/', { expect: 'xml' })));

    expect(failure).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it.each([
    ['<e><code>E1</code></e>', 'text/xml', { e: { code: 'E1' } }],
    ['{"code":"E1"}', 'application/json', { code: 'E1' }],
    ['<e>', 'text/xml', undefined],
    ['<html>', 'text/html', undefined],
  ])('reads a failure as what it declares to be where XML is expected: %s', async (body, type, data) => {
    await start(respond(body, { 'content-type': type }, 422));

    const response = await bus.run((crm) => crm.get('/', { expect: 'xml' }));

    expect(response).toMatchObject({ status: 422, data });
  });

  it('reads bytes as they are', async () => {
    const bytes = Buffer.from([0, 0xff, 0x25, 0x50]);
    await start(respond(bytes, { 'content-type': 'application/pdf' }));

    const { data } = await bus.run((crm) => crm.get('/', { expect: 'binary' }));

    expect([...data]).toEqual([...bytes]);
  });

  it('hands a body on as a stream, before its last byte', async () => {
    let finish = () => undefined as unknown;
    await start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 6\r\n\r\none');
      finish = () => socket.write('two');
    });

    const { data } = await bus.run((crm) => crm.get('/', { expect: 'stream' }));
    finish();

    expect(await text(data)).toBe('onetwo');
  });

  it('reads no stream of a response that is no success', async () => {
    await start(respond('{"why":"gone"}', { 'content-type': 'application/json' }, 404));

    const response = await bus.run((crm) => crm.get('/', { expect: 'stream' }));

    expect(response).toMatchObject({ status: 404, ok: false, data: { why: 'gone' } });
  });

  it('ignores a body where nothing is expected', async () => {
    await start(respond('<html>OK</html>', { 'content-type': 'text/html' }));

    const response = await bus.run((crm) => crm.post('/', { expect: 'nothing' }));

    expect(response).toMatchObject({ status: 200, ok: true, data: undefined });
  });

  it.each(['text', 'binary', 'nothing'] as const)(
    'reads a failure as JSON where %s is expected',
    async (expectation) => {
      await start((socket) => socket.write(createJsonResponse({ code: 'E1' }, 422)));

      const response = await bus.run((crm) => crm.get('/', { expect: expectation }));

      expect(response).toMatchObject({ status: 422, data: { code: 'E1' } });
    },
  );

  it('keeps what is expected over a redirect', async () => {
    await start(
      (socket, _request, count) =>
        socket.write(count === 1 ? createResponse(302, '', { location: '/other' }) : createResponse(200, 'text', {})),
      { redirects: { max: 1 } },
    );

    expect((await bus.run((crm) => crm.get('/', { expect: 'text' }))).data).toBe('text');
  });

  it('prefers the Accept of the caller', async () => {
    await start(respond('a;b', { 'content-type': 'text/csv' }));

    await bus.run((crm) => crm.get('/', { expect: 'text', headers: { Accept: 'text/csv' } }));

    expect(readHeader('accept')).toBe('text/csv');
  });

  it.each(['text/json', 'application/hal+json; charset=utf-8'])('reads %s as JSON', async (type) => {
    await start(respond('\ufeff{"a":1}', { 'content-type': type }));

    expect((await bus.run((crm) => crm.get('/'))).data).toEqual({ a: 1 });
  });
});

describe('an adapter without code', () => {
  it('has a format and an expectation', async () => {
    const upstream = await ScriptedUpstream.listen(respond('done'));
    const services = {
      'adapter.things.delete': { method: 'DELETE', path: '/things/{id}', format: 'form', expect: 'text' },
    };
    const bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, services } } } });

    const output = await bus.invoke('adapter.things.delete', { id: '7', reason: 'old' });
    await bus.close();
    await upstream.close();

    expect(output).toBe('done');
    expect(upstream.requests[0]).toMatch(/^DELETE \/things\/7 HTTP[^]*\r\n\r\nreason=old$/);
  });

  it('rejects a format of a method without body', () => {
    const services = { 'adapter.things.get': { method: 'GET', path: '/things', format: 'form' } };

    expect(() => new TestBus({ outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services } } } })).toThrow(
      'expected no format, as a GET has no body',
    );
  });
});

describe('a request through axios', () => {
  it.each([
    ['text', 'a;b'],
    ['arraybuffer', Buffer.from('a;b')],
  ] as const)('reads the response type %s', async (responseType, data) => {
    const upstream = await ScriptedUpstream.listen(respond('a;b', { 'content-type': 'text/csv' }));
    const bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url } } } });

    const response = await bus.rest.http('CRM').axiosRef.get<unknown>('/', { responseType });
    await bus.close();
    await upstream.close();

    expect(response.data).toEqual(data);
  });
});

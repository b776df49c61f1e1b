import { connect } from 'node:net';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';
import { findConfigProblems } from '../find-config-problems';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    const { input, payload } = this.request;
    const bytes = payload instanceof Uint8Array ? Buffer.from(payload).toString('hex') : undefined;
    return bytes === undefined ? { input } : { bytes, isInput: input === payload };
  }
}

@BusService({
  name: 'order',
  input: z.strictObject({ sku: z.string(), quantity: z.int(), tags: z.array(z.string()).optional() }),
})
class Order extends Service {
  handle() {
    return this.request.input;
  }
}

@BusService({
  name: 'nested',
  input: z.strictObject({ line: z.array(z.strictObject({ sku: z.string(), quantity: z.int() })) }),
})
class Nested extends Service {
  handle() {
    return this.request.input;
  }
}

const channels = `
channels:
  rest:
    form: { method: POST, path: /form, service: echo, accepts: [form] }
    form.order: { method: POST, path: '/form/{sku}', service: order, accepts: [json, form] }
    text: { method: POST, path: /text, service: echo, accepts: [text] }
    binary: { method: PUT, path: /binary, service: echo, accepts: [binary] }
    binary.named: { method: PUT, path: '/binary/{name}', service: echo, accepts: [binary], idempotency: optional }
    xml: { method: POST, path: /xml, service: echo, accepts: [xml] }
    xml.order: { method: POST, path: '/xml/{sku}', service: order, accepts: [xml] }
    xml.nested: { method: POST, path: /xml-nested, service: nested, accepts: [xml] }
`;
const NESTED = 'the body is nested too deeply, or has a reserved name such as __proto__';
const FORM = 'application/x-www-form-urlencoded';

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { readonly requestBody?: { readonly content: Record<string, unknown> } }>
  >;
}

describe('A channel that accepts', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Echo, Order, Nested] });
  });
  afterAll(() => running.stop());
  const send = (path: string, type: string | undefined, body: string | Uint8Array<ArrayBuffer>) =>
    sendRequest(`${running.url}${path}`, {
      method: path.startsWith('/binary') ? 'PUT' : 'POST',
      headers: type === undefined ? {} : { 'content-type': type },
      body: typeof body === 'string' ? Buffer.from(body) : body,
    });
  const detailOf = async (path: string, type: string, body: string) => {
    const { status, body: problem } = await send(path, type, body);
    return [status, problem['code'], problem['detail']];
  };

  describe('form', () => {
    it.each([
      ['a=1&b=x+y&c=%C3%A9', { a: '1', b: 'x y', c: 'é' }],
      ['a=1&a=2&a=3', { a: ['1', '2', '3'] }],
      ['a&b=&=c&&', { a: '', b: '', '': 'c' }],
      ['a=b=c', { a: 'b=c' }],
      ['constructor=1', { constructor: '1' }],
    ])('reads fields: %s', async (body, input) => {
      expect((await send('/form', FORM, body)).body).toEqual({ input });
    });

    it('converts text where the declared input asks for it, and no JSON', async () => {
      const asForm = await send('/form/A1', `${FORM}; charset=UTF-8`, 'quantity=2&tags=x');
      const asJson = await send('/form/A1', 'application/json', '{"quantity":"2"}');

      expect(asForm.body).toEqual({ sku: 'A1', quantity: 2, tags: ['x'] });
      expect([asJson.status, asJson.body['code']]).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('rejects all fields that cannot be read at once', async () => {
      expect(await detailOf('/form', FORM, 'a=%zz&b=1&__proto__=1&c=%ff')).toEqual([
        400,
        'MALFORMED_BODY',
        'field 1 has an invalid percent-encoding; field 3 is named __proto__; field 4 has an invalid percent-encoding',
      ]);
    });

    it('rejects more than 10 000 fields without reading them', async () => {
      expect(await detailOf('/form', FORM, 'a&'.repeat(500_000))).toEqual([
        400,
        'MALFORMED_BODY',
        'the form has more than 10000 fields',
      ]);
    });
  });

  describe('text', () => {
    it.each([
      ['text/plain', 'héllo'],
      ['text/csv; charset="utf-8"', 'a,b\n1,2\n'],
    ])('has it as input: %s', async (type, body) => {
      expect((await send('/text', type, body)).body).toEqual({ input: body });
    });

    it('rejects bytes that are not UTF-8', async () => {
      const { status, body } = await send('/text', 'text/plain', new Uint8Array([0x68, 0xff]));

      expect([status, body['detail']]).toEqual([400, 'the body is not UTF-8']);
    });
  });

  describe('binary', () => {
    it('has the bytes as input', async () => {
      const { body } = await send('/binary', 'image/png', new Uint8Array([0x89, 0x50, 0]));

      expect(body).toEqual({ bytes: '895000', isInput: true });
    });

    it('has the bytes as payload beside a path', async () => {
      const { body } = await send('/binary/logo', 'application/octet-stream', new Uint8Array([1, 2]));

      expect(body).toEqual({ bytes: '0102', isInput: false });
    });

    it('compares bytes of repeated requests with an idempotency key', async () => {
      const put = (bytes: number[]) =>
        sendRequest(`${running.url}/binary/logo`, {
          method: 'PUT',
          headers: { 'content-type': 'image/png', 'idempotency-key': 'k1' },
          body: new Uint8Array(bytes),
        });

      expect([(await put([1])).status, (await put([1])).status, (await put([2])).status]).toEqual([200, 200, 422]);
    });
  });

  describe('xml', () => {
    it.each([
      ['<o id="7"><sku>A&amp;B&#65;</sku><tag>x</tag><tag>y</tag></o>', { '@id': '7', sku: 'A&BA', tag: ['x', 'y'] }],
      ['<?xml version="1.0"?>\n<!-- c --><o><a><b>1</b></a></o>', { a: { b: '1' } }],
      ['<o><![CDATA[<!DOCTYPE &x;>]]></o>', '<!DOCTYPE &x;>'],
      ['<o>&amp;#65;</o>', '&#65;'],
      ['<o/>', {}],
    ])('reads the content of its root: %s', async (body, input) => {
      expect((await send('/xml', 'application/xml', body)).body).toEqual({ input });
    });

    it('converts text where the declared input asks for it', async () => {
      const { body } = await send('/xml/A1', 'text/xml', '<order><quantity>2</quantity></order>');

      expect(body).toEqual({ sku: 'A1', quantity: 2 });
    });

    it.each([
      ['<o><line><sku>1</sku><quantity>2</quantity></line></o>', [{ sku: '1', quantity: 2 }]],
      [
        '<o><line><sku>1</sku><quantity>2</quantity></line><line><quantity>3</quantity><sku>B</sku></line></o>',
        [
          { sku: '1', quantity: 2 },
          { sku: 'B', quantity: 3 },
        ],
      ],
    ])('converts nested elements to their declared types: %s', async (xml, line) => {
      expect((await send('/xml-nested', 'text/xml', xml)).body).toEqual({ line });
    });

    it.each([
      [
        'a document type and its entities',
        '<!DOCTYPE o [<!ENTITY x "y">]><o>&x;</o>',
        'the body has a document type (DTD), which is not accepted; the body has an entity other than the five of XML',
      ],
      ['an entity of HTML', '<o>&nbsp;</o>', 'the body has an entity other than the five of XML'],
      ['unclosed elements', '<o>\n<a></o>', 'the body is not XML: see line 2'],
      ['two roots', '<o/><p/>', 'the body needs exactly one root'],
      ['two equal roots', '<o/><o/>', 'the body needs exactly one root'],
      ['unclosed comments', '<o><!-- </o>', 'the body has an unclosed comment or CDATA section'],
      ['reserved names', '<o><__proto__>1</__proto__></o>', NESTED],
      ['deep nesting', `${'<o>'.repeat(100)}${'</o>'.repeat(100)}`, NESTED],
      ['many elements', `<o>${'<a/>'.repeat(30_000)}</o>`, 'the body has more than 10000 elements'],
      ['many attributes', `<o ${'a="1" '.repeat(20_000)}/>`, 'the body has more than 10000 attributes'],
      ['JSON', '{}', 'the body is not XML: see line 1'],
    ])('rejects %s', async (_what, body, detail) => {
      expect(await detailOf('/xml', 'application/xml', body)).toEqual([400, 'MALFORMED_BODY', detail]);
    });
  });

  it.each([
    ['/form', 'application/json', 'application/x-www-form-urlencoded'],
    ['/form/A1', 'text/plain', 'application/json, application/x-www-form-urlencoded'],
    ['/text', 'text/xml', 'text/plain'],
    ['/text', 'text/plain; charset=iso-8859-1', 'text/plain'],
    ['/text', undefined, 'text/plain'],
    ['/xml', 'application/octet-stream', 'application/xml, text/xml'],
  ])('a format rejects others with 415: %s, %s', async (path, type, accept) => {
    const { status, headers } = await send(path, type, 'a');

    expect([status, headers.get('accept'), headers.get('accept-post')]).toEqual([415, accept, accept]);
  });

  it('binary rejects text of other formats with 415', async () => {
    const { status, headers } = await send('/binary', 'application/json', '{}');

    expect([status, headers.get('accept')]).toEqual([415, 'application/octet-stream']);
  });

  it('a format rejects a body beyond the limit with 413, announced or not', async () => {
    const announced = await sendRawBytes(
      running.url,
      `POST /text HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 99999999\r\n\r\n`,
    );
    const chunk = `100000\r\n${'a'.repeat(0x10_00_00)}\r\n`;
    const chunked = await sendRawBytes(
      running.url,
      `POST /text HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
    );

    expect([announced.slice(9, 12), chunked.slice(9, 12)]).toEqual(['413', '413']);
  });

  it('a format has no body where the request has none', async () => {
    const { status, body } = await send('/form', undefined, '');

    expect([status, body]).toEqual([200, { input: {} }]);
  });

  it('is described with the media types of its formats', async () => {
    const { body } = await sendRequest(`${running.url}/openapi.json`);
    const contentOf = (path: string, method: string) =>
      (body as unknown as OpenApi).paths[path]?.[method]?.requestBody?.content ?? {};

    expect(Object.keys(contentOf('/form/{sku}', 'post'))).toEqual(['application/json', FORM]);
    expect(contentOf('/form/{sku}', 'post')[FORM]).toEqual(contentOf('/form/{sku}', 'post')['application/json']);
    expect(contentOf('/text', 'post')).toEqual({ 'text/plain': { schema: { type: 'string' } } });
    expect(contentOf('/binary', 'put')).toEqual({ 'application/octet-stream': { schema: {} } });
    expect(Object.keys(contentOf('/xml', 'post'))).toEqual(['application/xml', 'text/xml']);
  });

  it('a format survives a client that disconnects within the body', async () => {
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /text HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();

    expect((await send('/text', 'text/plain', 'x')).status).toBe(200);
  });
});

describe('`accepts` of a channel', () => {
  const findProblems = (channel: string) => {
    const yaml = `channels: { rest: { a: { path: /a, ${channel} } } }`;
    return findConfigProblems({ config: { 'channels.yaml': yaml }, services: [Echo] });
  };

  it.each([
    ['method: GET, service: echo, accepts: [form]', 'expected no `accepts`: the body of a GET is not read'],
    ['method: POST, service: echo, async: true, accepts: [json, binary]', 'expected no `binary`'],
    ['method: POST, service: echo, accepts: [yaml]', 'channels.rest.a.accepts'],
  ])('is a problem in %s', async (channel, problem) => {
    expect(await findProblems(channel)).toEqual([expect.stringContaining(problem)]);
  });
});

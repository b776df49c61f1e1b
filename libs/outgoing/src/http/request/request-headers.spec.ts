import fc from 'fast-check';
import { RequestHeaders, type RequestHeadersInput, type RequestHeadersOptions } from './request-headers';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** The headers of a request as an object; two of one name would show as a list. */
function buildHeaders(input: Partial<RequestHeadersInput>, options: Partial<RequestHeadersOptions> = {}) {
  const headers = new RequestHeaders({
    accept: 'application/json',
    configured: {},
    forwarded: [],
    credentials: undefined,
    ...options,
  });
  const list = headers.build({
    cid: 'C1',
    inbound: undefined,
    callerHeaders: undefined,
    contentType: undefined,
    idempotencyKey: undefined,
    ...input,
  });
  const found: Record<string, string | string[]> = {};
  for (let index = 0; index < list.length; index += 2) {
    const [name = '', value = ''] = list.slice(index, index + 2);
    found[name] = name in found ? [String(found[name]), value] : value;
  }
  return found;
}

const USUAL = {
  accept: 'application/json',
  'accept-encoding': 'gzip',
  'user-agent': 'trunkline',
  'x-request-id': 'C1',
};

describe('the headers of a request', () => {
  it('contain client, correlation id and accepted types', () => {
    expect(buildHeaders({})).toEqual(USUAL);
  });

  it('contain the configured headers in place of the defaults', () => {
    expect(buildHeaders({}, { configured: { 'X-Client': 'shop', 'User-Agent': 'shop/1' } })).toEqual({
      ...USUAL,
      'x-client': 'shop',
      'user-agent': 'shop/1',
    });
  });

  it("have the caller's own, in place of what is configured", () => {
    const callerHeaders = {
      Accept: 'application/vnd.shop+json',
      'X-Client': 'mine',
      'X-List': ['a', 'b'],
      'X-No': undefined,
      'X-Number': 1,
    };

    expect(buildHeaders({ callerHeaders }, { configured: { 'X-Client': 'shop' } })).toEqual({
      ...USUAL,
      accept: 'application/vnd.shop+json',
      'x-client': 'mine',
      'x-list': 'a, b',
      'x-number': '1',
    });
  });

  it('have of the inbound ones those that are to be forwarded, and no others', () => {
    const inbound = { 'x-tenant': 't1', cookie: 'session=1', authorization: 'Bearer client' };

    expect(buildHeaders({ inbound }, { forwarded: ['X-Tenant', 'X-Absent'] })).toEqual({ ...USUAL, 'x-tenant': 't1' });
  });

  it('hand on the trace', () => {
    expect(buildHeaders({ inbound: { traceparent: TRACEPARENT, tracestate: 'a=1' } })).toEqual({
      ...USUAL,
      traceparent: TRACEPARENT,
      tracestate: 'a=1',
    });
  });

  it.each([
    '',
    'nonsense',
    `ff${TRACEPARENT.slice(2)}`,
    TRACEPARENT.toUpperCase(),
    TRACEPARENT.replace(/00f0.{12}/, '0'.repeat(16)),
  ])('hand on no trace that is not one: %j', (traceparent) => {
    expect(buildHeaders({ inbound: { traceparent, tracestate: 'a=1' } })).toEqual(USUAL);
  });

  it('say what the body is, unless the caller does', () => {
    expect(buildHeaders({ contentType: 'application/json' })).toMatchObject({ 'content-type': 'application/json' });
    expect(
      buildHeaders({ contentType: 'application/json', callerHeaders: { 'Content-Type': 'application/xml' } }),
    ).toMatchObject({
      'content-type': 'application/xml',
    });
  });

  it('have no correlation id where there is no invocation', () => {
    expect(buildHeaders({ cid: undefined })).not.toHaveProperty('x-request-id');
  });

  it('protect the credentials of the connection from callers and forwarded headers', () => {
    const options = { credentials: ['authorization', 'Bearer ours'], forwarded: ['Authorization'] } as const;

    expect(buildHeaders({ inbound: { authorization: 'Bearer client' } }, options)).toMatchObject({
      authorization: 'Bearer ours',
    });
    expect(() => buildHeaders({ callerHeaders: { AUTHORIZATION: 'Bearer mine' } }, options)).toThrow(
      expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
    );
  });

  it.each([
    ['X-A', 'a\r\nX-Evil: 1'],
    ['X-A', 'a\nb'],
    ['X-A', 'a\u0000'],
    ['X-A', '☃'],
    ['X-A\r\nX-Evil', '1'],
    ['', '1'],
    ['X A', '1'],
    ['Host', 'evil.test'],
    ['content-length', '5'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'close'],
    ['Upgrade', 'x'],
    ['TE', 'trailers'],
    ['Expect', '100-continue'],
    ['Proxy-Authorization', 'Basic x'],
    ['X-Request-ID', 'mine'],
    ['traceparent', TRACEPARENT],
  ])('refuse from a caller %j: %j', (name, value) => {
    expect(() => buildHeaders({ callerHeaders: { [name]: value } })).toThrow(
      expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }),
    );
  });

  it('are legal, and each there once, whatever the caller gives', () => {
    const name = fc.oneof(
      fc.constantFrom('X-A', 'x-a', 'Accept', 'Host', 'Connection', 'X-Client', '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary' }))), (pairs) => {
        let headers: Record<string, string | string[]>;
        try {
          headers = buildHeaders({ callerHeaders: Object.fromEntries(pairs) }, { configured: { 'X-Client': 'shop' } });
        } catch (thrown) {
          expect(thrown).toMatchObject({ status: 400 });
          return;
        }
        for (const [key, value] of Object.entries(headers)) {
          expect(key).toMatch(/^[!#$%&'*+\-.^_`|~\da-z]+$/);
          expect(value).toEqual(expect.stringMatching(/^[\t\u0020-\u007e\u0080-\u00ff]*$/));
        }
      }),
    );
  });
});

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createJsonRequest, sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { CHANGED, CHANNELS, notes, resetNotes, SERVICES } from './versioned-notes';

let running: RunningBus;
beforeAll(async () => {
  running = await startBus({ config: { 'channels.yaml': CHANNELS }, services: SERVICES });
});
afterAll(() => running.stop());
beforeEach(resetNotes);

const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  sendRequest(`${running.url}${path}`, { method, headers });
const write = (method: string, path: string, headers: Record<string, string> = {}, body: unknown = { text: 'new' }) =>
  sendRequest(
    `${running.url}${path}`,
    method === 'DELETE' ? { method, headers } : createJsonRequest(method, body, headers),
  );
const tag = ({ headers }: { readonly headers: Headers }) => headers.get('etag') ?? 'none';

/** Sends the bytes of a request, and returns those of the response. */
async function sendRaw(lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
  socket.write([...lines, 'host: bus', 'connection: close', '', ''].join('\r\n'));
  return text(socket);
}

describe('A change with preconditions', () => {
  it('is a 428 without the version, before the service', async () => {
    const response = await write('PUT', '/notes/1');

    expect(response).toMatchObject({ status: 428, body: { code: 'PRECONDITION_REQUIRED' } });
    expect(response.body['detail']).toBe(
      'send If-Match with the ETag of the version to be changed, or If-None-Match: * to create',
    );
    expect(notes.get('1')).toEqual({ version: 7, text: 'short' });
  });

  it.each([
    ['PUT', '/notes/1', { 'if-unmodified-since': CHANGED }],
    ['PUT', '/notes/1', { 'if-none-match': '"6"' }],
    ['PATCH', '/bodies/1', { 'if-none-match': '*' }],
  ])('needs If-Match, or for a creation If-None-Match: *: %s %s %j', async (method, path, headers) => {
    await expect(write(method, path, headers)).resolves.toMatchObject({ status: 428 });
  });

  it('applies to the version that the client has seen, once', async () => {
    const first = await write('PUT', '/notes/1', { 'if-match': '"7"' });
    const second = await write('PUT', '/notes/1', { 'if-match': '"7"' });

    expect(first).toMatchObject({ status: 200, body: { version: 8 } });
    expect(tag(first)).toBe('"8"');
    expect(second).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED', title: 'Precondition failed' } });
    expect(notes.get('1')?.version).toBe(8);
  });

  it.each([
    ['one of several', '"6", "7"', 200],
    ['that of a compressed response', '"7--gzip"', 200],
    ['any', '*', 200],
    ['a weak tag', 'W/"7"', 412],
    ['another one', '"6"', 412],
  ])('demands a tag by strong comparison: %s', async (_what, value, status) => {
    await expect(write('PUT', '/notes/1', { 'if-match': value })).resolves.toMatchObject({ status });
  });

  it('finds tags in several lines of the header', async () => {
    const response = await sendRaw(['DELETE /notes/1 HTTP/1.1', 'If-Match: "5","6"', 'if-match: W/"7", "7"']);

    expect(response).toContain('HTTP/1.1 204');
    expect(notes.has('1')).toBe(false);
  });

  it('demands the date of the last change where the service knows it', async () => {
    const unchanged = { 'if-match': '*', 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' };

    await expect(write('PUT', '/notes/1', unchanged)).resolves.toMatchObject({ status: 200 });
    await expect(write('DELETE', '/notes/1', { 'if-unmodified-since': CHANGED })).resolves.toMatchObject({
      status: 204,
    });
  });

  it('creates what does not exist, once', async () => {
    const create = () => write('PUT', '/notes/new', { 'if-none-match': '*' });

    await expect(create()).resolves.toMatchObject({ status: 201, body: { version: 1 } });
    await expect(create()).resolves.toMatchObject({ status: 412 });
    await expect(write('PUT', '/notes/other', { 'if-match': '*' })).resolves.toMatchObject({ status: 412 });
  });

  it('compares with the bytes that a GET sends, compressed or not', async () => {
    const plain = tag(await read('/bodies/long', { 'accept-encoding': 'identity' }));
    const gzip = tag(await read('/bodies/long', { 'accept-encoding': 'gzip' }));

    await expect(write('PATCH', '/bodies/long', { 'if-match': gzip })).resolves.toMatchObject({ status: 200 });
    await expect(write('PATCH', '/bodies/long', { 'if-match': plain })).resolves.toMatchObject({ status: 412 });
  });

  it('may be checked by the service itself, which sends facts', async () => {
    await expect(write('DELETE', '/notes/1', { 'if-match': '"6"' })).resolves.toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED', title: 'The note has changed', version: 7 },
    });
    await expect(write('DELETE', '/notes/1')).resolves.toMatchObject({ status: 204 });
  });

  it.each(['7', '', '"7', '"7" "8"', '*, "7"'])('is a 400 with a malformed If-Match: %j', async (value) => {
    const response = await write('DELETE', '/notes/1', { 'if-match': value });

    expect(response).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect(notes.has('1')).toBe(true);
  });

  it('is a 500 where the service compares with a text that is no tag', async () => {
    await expect(write('POST', '/wrong', { 'if-match': '"7"' })).resolves.toMatchObject({ status: 500 });
  });

  it('shows the service what the client demands, on any channel', async () => {
    const headers = { 'if-match': 'W/"6", "7--br"', 'if-none-match': 'W/"8"' };
    const { body } = await write('POST', '/conditions', headers, {});

    expect(body).toEqual({
      json: { ifMatch: ['"7"'], ifNoneMatch: ['"8"'] },
      ifMatch: ['"7"'],
      ifNoneMatch: ['"8"'],
    });
    await expect(write('POST', '/conditions', { 'if-match': '7' }, {})).resolves.toMatchObject({ status: 400 });
  });
});

describe('A change with preconditions and an Idempotency-Key', () => {
  it('is replayed although its version is no longer the current one', async () => {
    const headers = { 'if-match': tag(await read('/bodies/1')), 'idempotency-key': '"a"' };
    const [first, second] = [await write('PATCH', '/bodies/1', headers), await write('PATCH', '/bodies/1', headers)];

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(notes.get('1')?.version).toBe(8);
  });

  it('leaves the key unused after 412 and 428, so that the client can demand the version it has read since', async () => {
    const send = (headers: Record<string, string>) =>
      write('PATCH', '/bodies/1', { 'idempotency-key': '"b"', ...headers });

    await expect(send({})).resolves.toMatchObject({ status: 428 });
    await expect(send({ 'if-match': '"old"' })).resolves.toMatchObject({ status: 412 });
    await expect(send({ 'if-match': tag(await read('/bodies/1')) })).resolves.toMatchObject({ status: 200 });
  });

  it('keeps any other failure', async () => {
    const headers = { 'if-match': tag(await read('/bodies/1')), 'idempotency-key': '"c"' };
    const send = () => write('PATCH', '/bodies/1', headers, { text: 'conflict' });

    await expect(send()).resolves.toMatchObject({ status: 409 });
    expect((await send()).headers.get('idempotency-replayed')).toBe('true');
  });
});

describe('The configuration of preconditions', () => {
  it.each([
    ['method: GET, preconditions: required', 'expected no `preconditions`: they are for changes'],
    ['method: PUT, preconditions: optional, async: optional', 'expected no `preconditions`: a job runs later'],
    ['method: PUT, preconditions: always', 'optional'],
    ['method: PUT, etag: strong', 'expected no `etag`: only responses to GET have one'],
    ['method: GET, etag: weak', 'expected true or false, strong or a mapping'],
    ['method: GET, etag: { from: header }', 'expected service, got "header"'],
  ])('%s is rejected', async (keys, message) => {
    const yaml = `channels: { rest: { a: { path: /a, service: note.show, ${keys} } } }`;
    const starting = startBus({ config: { 'channels.yaml': yaml }, services: SERVICES });

    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toThrow(/channels\.yaml:1:\d+/);
  });

  it('is rejected for a topic', async () => {
    const yaml =
      'channels: { rest: { a: { method: POST, path: /a, topic: t, preconditions: optional } } }\ntopics: { t: { subscribers: [] } }';
    const starting = startBus({ config: { 'channels.yaml': yaml }, services: SERVICES });

    await expect(starting).rejects.toThrow('expected no `preconditions`: the message of a topic');
  });
});

import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { CHANGED, CHANNELS, LONG, notes, resetNotes, SERVICES } from './versioned-notes';

let running: RunningBus;
beforeAll(async () => {
  running = await startBus({ config: { 'channels.yaml': CHANNELS }, services: SERVICES });
});
afterAll(() => running.stop());
beforeEach(resetNotes);

const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  sendRequest(`${running.url}${path}`, { method, headers });
const tag = ({ headers }: { readonly headers: Headers }) => headers.get('etag') ?? 'none';

describe('A GET channel with strong ETags', () => {
  it('gives the same bytes the same tag, and other bytes another one', async () => {
    const [first, same] = [await read('/bodies/1'), await read('/bodies/1')];
    notes.set('1', { version: 8, text: 'short' });
    const other = await read('/bodies/1');

    expect(tag(first)).toMatch(/^"[\w-]{27}"$/);
    expect(tag(same)).toBe(tag(first));
    expect(tag(other)).not.toBe(tag(first));
  });

  it.each(['GET', 'HEAD'])('is a 304 without a body for %s of a client that has the bytes', async (method) => {
    const etag = tag(await read('/bodies/1'));
    const response = await read('/bodies/1', { 'if-none-match': `"x", ${etag}` }, method);

    expect(response).toMatchObject({ status: 304, text: '' });
    expect(tag(response)).toBe(etag);
  });

  it('gives every content coding its own tag', async () => {
    const plain = tag(await read('/bodies/long', { 'accept-encoding': 'identity' }));
    const gzip = tag(await read('/bodies/long', { 'accept-encoding': 'x-gzip' }));
    const brotli = tag(await read('/bodies/long', { 'accept-encoding': 'gzip;q=0.5, br' }));

    expect(gzip).toBe(plain.replace(/"$/, '--gzip"'));
    expect(brotli).toBe(plain.replace(/"$/, '--br"'));
  });

  it('is a 304 only for the tag of the content coding that would be sent', async () => {
    const gzip = tag(await read('/bodies/long', { 'accept-encoding': 'gzip' }));
    const known = (coding: string) => read('/bodies/long', { 'accept-encoding': coding, 'if-none-match': gzip });

    await expect(known('gzip')).resolves.toMatchObject({ status: 304 });
    await expect(known('br')).resolves.toMatchObject({ status: 200 });
    await expect(known('identity')).resolves.toMatchObject({ status: 200 });
    expect((await known('gzip')).headers.get('vary')).toBe('accept-encoding');
  });

  it('sends the bytes of the coding that the tag names', async () => {
    const raw = await fetch(`${running.url}/bodies/long`, { headers: { 'accept-encoding': 'gzip' } });
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.write('GET /bodies/long HTTP/1.0\r\nhost: bus\r\naccept-encoding: gzip, br;q=0.1\r\n\r\n');
    const bytes = Buffer.concat(await socket.toArray());
    const head = bytes.indexOf('\r\n\r\n') + 4;

    expect(bytes.toString('latin1', 0, head)).toContain(`etag: ${tag(raw)}`);
    expect(JSON.parse(gunzipSync(bytes.subarray(head)).toString())).toEqual({ version: 7, text: LONG });
  });

  it('tags bytes, too', async () => {
    const first = await read('/bodies/bytes');

    expect(first.text).toBe('bytes');
    await expect(read('/bodies/bytes', { 'if-none-match': tag(first) })).resolves.toMatchObject({ status: 304 });
  });

  it('does not tag streams, nor a response without a body', async () => {
    const [stream, nothing] = [await read('/stream'), await read('/bodies/none')];

    expect([tag(stream), tag(nothing)]).toEqual(['none', 'none']);
    expect([stream.status, nothing.status]).toEqual([200, 204]);
  });

  it('is a 412 for a client that demands another version (RFC 9110 §13.1.1)', async () => {
    const etag = tag(await read('/bodies/1'));

    await expect(read('/bodies/1', { 'if-match': etag })).resolves.toMatchObject({ status: 200 });
    await expect(read('/bodies/1', { 'if-match': '"other"' })).resolves.toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED' },
    });
  });

  it('is a 400 that names every malformed field', async () => {
    const response = await read('/bodies/1', { 'if-match': 'abc', 'if-none-match': '"a", *' });

    expect(response).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect(response.body['detail']).toContain('If-Match is not a list of entity tags; If-None-Match is not');
  });
});

describe('A GET channel with the ETags of its service', () => {
  it('is a 304 with the headers that RFC 9110 names, and no others that describe the body', async () => {
    const response = await read('/notes/1', { 'if-none-match': 'W/"7"' });

    expect(response).toMatchObject({ status: 304, text: '' });
    expect(tag(response)).toBe('"7"');
    expect(response.headers.get('cache-control')).toBe('max-age=60');
    for (const name of ['content-type', 'content-language', 'content-length', 'last-modified'])
      expect(response.headers.get(name)).toBeNull();
  });

  it.each([
    ['the date of the last change', CHANGED, 304],
    ['a later date, in an obsolete format', 'Sunday, 06-Nov-94 08:49:38 GMT', 304],
    ['an earlier date', 'Sun, 06 Nov 1994 08:49:36 GMT', 200],
    ['no date', 'yesterday', 200],
  ])('compares If-Modified-Since with Last-Modified: %s', async (_what, since, status) => {
    await expect(read('/notes/1', { 'if-modified-since': since })).resolves.toMatchObject({ status });
  });

  it('ignores the date of a client that sends tags', async () => {
    const headers = { 'if-none-match': '"6"', 'if-modified-since': CHANGED };

    await expect(read('/notes/1', headers)).resolves.toMatchObject({ status: 200 });
  });

  it('keeps Last-Modified in a 304 without an ETag', async () => {
    notes.set('1', { version: 7, text: 'untagged' });
    const response = await read('/notes/1', { 'if-modified-since': CHANGED });

    expect(response.status).toBe(304);
    expect(response.headers.get('last-modified')).toBe(CHANGED);
  });

  it('is a 412 for a version that was changed since', async () => {
    const headers = { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:36 GMT' };

    await expect(read('/notes/1', headers)).resolves.toMatchObject({ status: 412 });
  });

  it('is a 404 without the resource, whatever the client has', async () => {
    await expect(read('/notes/none', { 'if-none-match': '*' })).resolves.toMatchObject({ status: 404 });
  });

  it('is a 500 for a tag without quotes, whose log line says what to write', async () => {
    notes.set('1', { version: 7, text: 'illegal' });

    await expect(read('/notes/1')).resolves.toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(running.readLog())).toContain('a service set an illegal ETag: expected a text in quotes');
  });

  it.each(['/whole', '/whole-tagged'])('gives a degraded response no version: %s', async (path) => {
    const response = await read(path, { 'if-none-match': '"7"' });

    expect(response.headers.get('composite-complete')).toBe('?0');
    expect(response.headers.get('last-modified')).toBeNull();
    expect([response.status, tag(response)]).toEqual([200, 'none']);
  });
});

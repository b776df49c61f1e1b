import { createServer } from 'node:net';
import { ScriptedUpstream } from '../peers/scripted-upstream';
import { sendRawBytes } from './send-raw-bytes';

describe('a raw connection', () => {
  let upstream: ScriptedUpstream;
  afterEach(() => upstream.close());

  it('sends the bytes and returns the response when the peer closes the connection', async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.end('HTTP/1.1 204 \r\n\r\n'));

    const response = await sendRawBytes(upstream.url, 'BREW / HTTP/9.9\r\n\r\n');

    expect(response).toBe('HTTP/1.1 204 \r\n\r\n');
    expect(upstream.requests).toEqual(['BREW / HTTP/9.9\r\n\r\n']);
  });

  it('is closed at its end if the peer keeps it open', async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write('partial'));

    expect(await sendRawBytes(upstream.url, 'GET / HTTP/1.1\r\n\r\n', 50)).toBe('partial');
  });

  it('fails with the error of its socket', async () => {
    upstream = await ScriptedUpstream.listen(() => undefined);
    const server = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    const sent = sendRawBytes(`http://127.0.0.1:${port}`, 'GET / HTTP/1.1\r\n\r\n');

    await expect(sent).rejects.toMatchObject({ code: 'ECONNRESET' });
    server.close();
  });
});

import { request } from 'node:https';
import { once } from 'node:events';
import { sendRawBytes } from '../clients/send-raw-bytes';
import { waitUntil } from '../waiting/wait-until';
import { LOCALHOST_CERTIFICATE } from './localhost-certificate';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream } from './scripted-upstream';

describe('a scripted upstream', () => {
  let upstream: ScriptedUpstream;
  afterEach(() => upstream.close());
  const start = async (script: Script) => (upstream = await ScriptedUpstream.listen(script));

  it('responds with the bytes of its script, by the number of the request', async () => {
    await start((socket, _request, count) => socket.write(createJsonResponse({ count }, count === 1 ? 200 : 503)));

    const responses = [await fetch(upstream.url), await fetch(upstream.url)];

    expect(responses.map(({ status }) => status)).toEqual([200, 503]);
    expect(await Promise.all(responses.map((response) => response.json()))).toEqual([{ count: 1 }, { count: 2 }]);
  });

  it('records requests with their bodies', async () => {
    await start((socket) => socket.write(createResponse(204)));

    await fetch(`${upstream.url}/things?a=1`, { method: 'POST', body: 'text' });

    expect(upstream.requests).toEqual([expect.stringMatching(/^POST \/things\?a=1 HTTP\/1\.1\r\n[^]*\r\n\r\ntext$/)]);
  });

  it('can break a connection off within the response', async () => {
    await start((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));

    await expect(fetch(upstream.url).then((response) => response.text())).rejects.toThrow('terminated');
  });

  it('counts its open sockets', async () => {
    await start((socket) => socket.end(createResponse(200)));

    const sent = sendRawBytes(upstream.url, 'GET / HTTP/1.1\r\n');
    await waitUntil(() => upstream.openSockets === 1);
    await upstream.close();

    expect(await sent).toBe('');
    await waitUntil(() => upstream.openSockets === 0);
    upstream = await ScriptedUpstream.listen(() => undefined);
  });

  it('serves TLS with the certificate for localhost', async () => {
    upstream = await ScriptedUpstream.listenTls((socket) => socket.write(createResponse(200)));

    const sent = request(upstream.url, { ca: LOCALHOST_CERTIFICATE.cert, agent: false }).end();
    const [{ statusCode }] = await once(sent, 'response');

    expect(statusCode).toBe(200);
  });

  it('rejects clients without a certificate with mutual TLS', async () => {
    upstream = await ScriptedUpstream.listenMutualTls((socket) => socket.write(createResponse(200)));
    const send = async (options: object) =>
      once(request(upstream.url, { ca: LOCALHOST_CERTIFICATE.cert, agent: false, ...options }).end(), 'response');

    const [{ statusCode }] = await send(LOCALHOST_CERTIFICATE);

    expect(statusCode).toBe(200);
    await expect(send({})).rejects.toThrow();
  });
});

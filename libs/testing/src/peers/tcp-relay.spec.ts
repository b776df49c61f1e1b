import { sendRawBytes } from '../clients/send-raw-bytes';
import { createResponse, ScriptedUpstream } from './scripted-upstream';
import { TcpRelay } from './tcp-relay';

describe('a TCP relay', () => {
  let upstream: ScriptedUpstream;
  let relay: TcpRelay;
  beforeEach(async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.end(createResponse(200, 'hello')));
    relay = await TcpRelay.listen(Number(new URL(upstream.url).port));
  });
  afterEach(() => Promise.all([relay.close(), upstream.close()]));
  const send = () => sendRawBytes(`http://127.0.0.1:${relay.port}`, 'GET / HTTP/1.1\r\n\r\n');

  it('forwards the bytes of both sides', async () => {
    expect(await send()).toContain('hello');
    expect(upstream.requests).toEqual(['GET / HTTP/1.1\r\n\r\n']);
  });

  it('counts the connections', async () => {
    await send();
    await send();

    expect(relay.connections).toBe(2);
  });
});

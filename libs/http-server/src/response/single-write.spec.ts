import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { closeEmptyBody } from '../body/unread-body';
import { parseRequestHead } from '../request/request-head';
import { sendInOneWrite } from './single-write';

const HEADERS = { 'content-type': 'application/json', 'content-length': 11 };

/** Sends requests on one connection, and returns everything that the server writes until it closes the connection. */
async function exchange(serve: RequestListener, requests: string): Promise<readonly string[]> {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('the server has no port');
  const socket = connect(address.port, '127.0.0.1');
  const chunks: string[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  socket.write(requests);
  await once(socket, 'close');
  server.close();
  return chunks;
}

const get = (path: string, connection: string) =>
  `GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: ${connection}\r\n\r\n`;

describe('a response in one write', () => {
  it('has the bytes of a response in two', async () => {
    const serve: RequestListener = (_request, response) =>
      sendInOneWrite(response, { status: 201, headers: HEADERS, body: '{"id":"ok"}' });

    const [text = ''] = await exchange(serve, get('/', 'close'));

    const [head, body] = text.split('\r\n\r\n');
    expect(head?.split('\r\n').filter((line) => !line.startsWith('Date: '))).toEqual([
      'HTTP/1.1 201 Created',
      'content-type: application/json',
      'content-length: 11',
      'Connection: close',
    ]);
    expect(body).toBe('{"id":"ok"}');
  });

  it('follows the responses to earlier requests of its connection', async () => {
    const serve: RequestListener = ({ url = '' }, response) => {
      const send = () => sendInOneWrite(response, { status: 200, headers: HEADERS, body: `{"id":"${url}"}` });
      if (url === '/1') setTimeout(send, 20);
      else send();
    };

    const text = (await exchange(serve, get('/1', 'keep-alive') + get('/2', 'close'))).join('');

    expect([...text.matchAll(/\{.*?\}/g)].map(([body]) => body)).toEqual(['{"id":"/1"}', '{"id":"/2"}']);
  });
});

describe('a closed empty body', () => {
  const serveAndCount =
    (events: string[], listensTo: string | undefined): RequestListener =>
    (request, response) => {
      if (listensTo !== undefined) request.on(listensTo, () => events.push(listensTo));
      closeEmptyBody(request, parseRequestHead(request.rawHeaders));
      response.end();
    };

  it('leaves a request with a listener its events', async () => {
    const events: string[] = [];

    await exchange(serveAndCount(events, 'close'), get('/1', 'keep-alive') + get('/2', 'close'));

    expect(events).toEqual(['close', 'close']);
  });

  it('keeps the connection usable', async () => {
    const chunks = await exchange(serveAndCount([], undefined), get('/1', 'keep-alive') + get('/2', 'close'));

    expect(chunks.join('').match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('is not closed where the request has a body', async () => {
    const bodies: string[] = [];
    const serve: RequestListener = (request, response) => {
      closeEmptyBody(request, parseRequestHead(request.rawHeaders));
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString())).on('end', () => response.end());
    };

    await exchange(serve, 'POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');

    expect(bodies).toEqual(['ok']);
  });
});

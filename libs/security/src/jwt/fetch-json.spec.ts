import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { createJsonFetcher } from './fetch-json';

const { cert, key } = LOCALHOST_CERTIFICATE;

describe('the document of an issuer', () => {
  let issuer: Server;
  let proxy: Server;
  let tunnels: (string | undefined)[];
  let url: string;
  let proxyPort: number;
  beforeEach(async () => {
    tunnels = [];
    issuer = createServer({ cert, key }, (_request, response) => response.end('{"keys":[]}'));
    await once(issuer.listen(0, '127.0.0.1'), 'listening');
    url = `https://localhost:${(issuer.address() as AddressInfo).port}/keys`;
    proxy = createHttpServer();
    proxy.on('connect', ({ headers }, client) => {
      tunnels.push(headers['proxy-authorization']);
      const target = connect((issuer.address() as AddressInfo).port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(client).pipe(target);
      });
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    proxyPort = (proxy.address() as AddressInfo).port;
  });
  afterEach(() => {
    issuer.closeAllConnections();
    issuer.close();
    proxy.close();
  });

  it('is fetched from an issuer with an authority of its own', async () => {
    await expect(createJsonFetcher({ tls: { ca: cert } })(url)).resolves.toEqual({ keys: [] });
  });

  it('is not fetched from an issuer whose authority is unknown', async () => {
    await expect(createJsonFetcher()(url)).rejects.toThrow('fetch failed');
  });

  it('is fetched through a proxy, with its credentials', async () => {
    const fetchJson = createJsonFetcher({ tls: { ca: cert }, proxy: `http://bus:pass@127.0.0.1:${proxyPort}` });

    await expect(fetchJson(url)).resolves.toEqual({ keys: [] });
    expect(tunnels).toEqual([`Basic ${Buffer.from('bus:pass').toString('base64')}`]);
  });
});

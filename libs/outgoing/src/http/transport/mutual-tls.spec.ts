import { catchRejection, TestBus } from '../../test-bus.fixture';
import { createJsonResponse, LOCALHOST_CERTIFICATE, ScriptedUpstream } from '@trunkline/testing';

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

describe('an upstream that wants to know who calls', () => {
  const certificates = {
    ca: LOCALHOST_CERTIFICATE.cert,
    cert: LOCALHOST_CERTIFICATE.cert,
    key: LOCALHOST_CERTIFICATE.key,
  };

  it('is shown the certificate of the bus', async () => {
    upstream = await ScriptedUpstream.listenMutualTls((socket) => socket.write(createJsonResponse({ a: 1 })));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, tls: certificates } } } });

    await expect(bus.run((crm) => crm.get('/'))).resolves.toMatchObject({ data: { a: 1 } });
  });

  it.each([
    ['TLSv1.3', 'tlsv13 alert certificate required'],
    ['TLSv1.2', 'sslv3 alert handshake failure'],
  ] as const)(
    'rejects one that shows no certificate, by an alert of %s: UPSTREAM_TLS_FAILED',
    async (version, alert) => {
      upstream = await ScriptedUpstream.listenMutualTls((socket) => socket.write(createJsonResponse({})), {
        maxVersion: version,
      });
      bus = new TestBus({
        outgoing: { rest: { CRM: { url: upstream.url, tls: { ca: LOCALHOST_CERTIFICATE.cert } } } },
      });

      const thrown = await catchRejection(bus.run((crm) => crm.get('/')));

      expect(thrown).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', status: 502, cause: { message: alert } });
      expect(upstream.requests).toEqual([]);
    },
  );

  it('rejects one that shows no certificate over HTTP/2, too', async () => {
    upstream = await ScriptedUpstream.listenMutualTls(() => undefined, { ALPNProtocols: ['h2'] });
    const settings = { url: upstream.url, allowH2: true, tls: { ca: LOCALHOST_CERTIFICATE.cert } };
    bus = new TestBus({ outgoing: { rest: { CRM: settings } } });

    const thrown = await catchRejection(bus.run((crm) => crm.get('/')));

    const alert = 'tlsv13 alert certificate required';
    expect(thrown).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', cause: { message: alert } });
  });

  it('may be the token endpoint', async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write(createJsonResponse({ a: 1 })));
    const endpoint = await ScriptedUpstream.listenMutualTls((socket) =>
      socket.write(createJsonResponse({ access_token: 'T', token_type: 'bearer' })),
    );
    bus = new TestBus({
      outgoing: { rest: { CRM: { url: upstream.url, security: 'token' } } },
      security: {
        token: { type: 'oauth2', tokenUrl: endpoint.url, clientId: 'a', clientSecret: 'b', tls: certificates },
      },
    });

    await expect(bus.run((crm) => crm.get('/'))).resolves.toMatchObject({ data: { a: 1 } });
    await endpoint.close();
  });
});

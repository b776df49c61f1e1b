import { rejection, TestBus } from '../bus.fixture';
import { LOCALHOST } from '../localhost-certificate.fixture';
import { json, ScriptedUpstream } from '../scripted-upstream.fixture';

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

describe('an upstream that wants to know who calls', () => {
  const certificates = { ca: LOCALHOST.cert, cert: LOCALHOST.cert, key: LOCALHOST.key };

  it('is shown the certificate of the bus', async () => {
    upstream = await ScriptedUpstream.listenMutualTls((socket) => socket.write(json({ a: 1 })));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, tls: certificates } } } });

    await expect(bus.run((crm) => crm.get('/'))).resolves.toMatchObject({ data: { a: 1 } });
  });

  it('serves nothing to one that shows no certificate', async () => {
    upstream = await ScriptedUpstream.listenMutualTls((socket) => socket.write(json({})));

    bus = new TestBus({
      outgoing: { rest: { CRM: { url: upstream.url, tls: { ca: LOCALHOST.cert }, retry: 'off' } } },
    });

    const thrown = await rejection(bus.run((crm) => crm.get('/')));

    // Node's servers close the connection without the alert that would tell why.
    expect(thrown).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR', status: 502 });
    expect(upstream.requests).toEqual([]);
  });

  it('may be the token endpoint', async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write(json({ a: 1 })));
    const endpoint = await ScriptedUpstream.listenMutualTls((socket) =>
      socket.write(json({ access_token: 'T', token_type: 'bearer' })),
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

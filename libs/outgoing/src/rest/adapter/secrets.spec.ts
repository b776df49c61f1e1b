import { inspect } from 'node:util';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import {
  createJsonResponse,
  createResponse,
  LOCALHOST_CERTIFICATE,
  type Script,
  ScriptedUpstream,
} from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

const CANARY = 'c4n4ry';
let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

/** All that can be seen of a failure, stacks and causes included. */
const seen = (failure: unknown) => inspect(failure, { depth: 10 }) + JSON.stringify(failure);

async function catchFailure(script: Script, settings: object = {}): Promise<unknown> {
  upstream = await ScriptedUpstream.listen(script);
  bus = new TestBus({
    outgoing: {
      rest: {
        CRM: {
          url: `${upstream.url}/${CANARY}`,
          timeout: '100ms',
          maxResponse: '1KiB',
          security: 'login',
          headers: { 'X-Secret': CANARY },
          services: { 'adapter.a': { method: 'PUT', path: '/{id}' } },
          ...settings,
        },
      },
    },
    security: { login: { type: 'basic', username: CANARY, password: CANARY } },
  });
  return catchRejection(bus.invoke('adapter.a', { id: CANARY, secret: CANARY }));
}

describe('a failure contains nothing of address, credentials, request or response', () => {
  const answers = { [CANARY]: CANARY };
  it.each<[string, Script]>([
    ['a status', (socket) => socket.write(createJsonResponse(answers, 500, { 'x-secret': CANARY }))],
    ['a status with a rule', (socket) => socket.write(createJsonResponse(answers, 404))],
    ['a refusal of our credentials', (socket) => socket.write(createJsonResponse(answers, 401))],
    ['no JSON', (socket) => socket.write(createResponse(200, `{"${CANARY}`, { 'content-type': 'application/json' }))],
    ['HTML', (socket) => socket.write(createResponse(200, CANARY, { 'content-type': 'text/html' }))],
    [
      'a redirect, but for origin and path of its target',
      (socket) =>
        socket.write(
          createResponse(302, CANARY, { location: `http://${CANARY}:${CANARY}@login.test/there?${CANARY}#${CANARY}` }),
        ),
    ],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['garbage', (socket) => socket.write(`${CANARY}\r\n\r\n`)],
    ['a bad chunk', (socket) => socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${CANARY}\r\n`)],
    ['no answer', () => undefined],
    ['too large an answer', (socket) => socket.write(createResponse(200, CANARY.repeat(1_000)))],
  ])('%s', async (_what, script) => {
    const failure = await catchFailure(script, { onStatus: { 404: { code: 'NO_SUCH_THING' } } });

    expect(failure).toHaveProperty('code');
    expect(seen(failure)).not.toContain(CANARY);
    expect(seen(failure)).not.toContain(Buffer.from(`${CANARY}:${CANARY}`).toString('base64'));
    expect(JSON.stringify(bus.logged.warnings)).not.toContain(CANARY);
  });

  it('a certificate that is not trusted', async () => {
    const secure = await ScriptedUpstream.listenTls((socket) => socket.write(createJsonResponse({})));

    const failure = await catchFailure(() => undefined, { url: `${secure.url}/${CANARY}` });

    expect(failure).toHaveProperty('code', 'UPSTREAM_TLS_FAILED');
    expect(seen(failure)).not.toContain(CANARY);
    expect(seen(failure)).not.toContain(LOCALHOST_CERTIFICATE.cert);
    await secure.close();
  });
});

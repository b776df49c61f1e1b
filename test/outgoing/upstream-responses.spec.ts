import { createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

let upstream: ScriptedUpstream;
let running: RunningBus;

/** Starts a bus with a channel `GET /things` to an upstream with scripted responses. */
async function start(script: Script, settings = ''): Promise<void> {
  upstream = await ScriptedUpstream.listen(script);
  running = await startBus({
    config: {
      'shop.yaml': `
outgoing:
  rest:
    Shop:
      url: ${upstream.url}/v2
      ${settings}
      services: { adapter.things.list: { method: GET, path: /things } }
channels:
  rest:
    things.list: { method: GET, path: /things, service: adapter.things.list }
`,
    },
  });
}
afterEach(async () => {
  await running.stop();
  await upstream.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const outcome = () => running.readLog().find(({ code }) => String(code).startsWith('UPSTREAM_'));

describe('a response of an upstream that the bus rejects', () => {
  it.each([
    [
      'a number that a double cannot hold',
      createResponse(200, '{"items":[{"id":9007199254740993}]}', JSON_TYPE),
      'UPSTREAM_INVALID_RESPONSE',
      '#/items/0/id',
    ],
    [
      'a redirect',
      createResponse(302, '', { location: 'https://login.test/sso?token=canary' }),
      'UPSTREAM_REDIRECT',
      'https://login.test/sso,',
    ],
    [
      'broken gzip',
      createResponse(200, 'canary', { ...JSON_TYPE, 'content-encoding': 'gzip' }),
      'UPSTREAM_INVALID_RESPONSE',
      'is not complete gzip',
    ],
    [
      'too large a head',
      createResponse(200, '', { 'x-a': 'x'.repeat(17_000) }),
      'UPSTREAM_RESPONSE_TOO_LARGE',
      'Headers',
    ],
  ])('%s: is 502 for the client, requested once, and explained in the log', async (_what, bytes, code, explanation) => {
    await start((socket) => socket.write(bytes));

    const { status, text } = await sendRequest(`${running.url}/things`);

    expect(status).toBe(502);
    expect(text).not.toContain(explanation);
    expect(outcome()).toMatchObject({ level: 'warn', code });
    expect(JSON.stringify(outcome())).toContain(explanation);
    expect(JSON.stringify(running.readLog())).not.toContain('canary');
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['text', '{"id":"9007199254740993"}'],
    ['lenient', '{"id":9007199254740992}'],
  ])('is accepted if the connection allows its numbers: %s', async (rule, body) => {
    await start(
      (socket) => socket.write(createResponse(200, '{"id":9007199254740993}', JSON_TYPE)),
      `numbers: ${rule}`,
    );

    const { status, text } = await sendRequest(`${running.url}/things`);

    expect(status).toBe(200);
    expect(text).toBe(body);
  });

  it('is a redirect to another application of the host, although redirects are followed', async () => {
    const redirect = createResponse(302, '', { location: '/admin/things' });
    await start((socket) => socket.write(redirect), 'redirects: { max: 3 }');

    const { body } = await sendRequest(`${running.url}/things`);

    expect(body).toMatchObject({ status: 502, code: 'UPSTREAM_REDIRECT' });
    expect(upstream.requests.map((request) => request.split(' ', 2)[1])).toEqual(['/v2/things']);
  });
});

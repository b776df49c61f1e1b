import { createHmac } from 'node:crypto';
import { BusService, Service } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest, sendUndocumentedRequest } from '../send-request';

let invocations = 0;

@BusService({ name: 'event.take' })
class TakeEvent extends Service<Record<string, unknown>> {
  handle() {
    invocations += 1;
    return { taken: true };
  }
}

const CONFIG = `
channels:
  webhook:
    slack: { path: /slack, service: event.take, scheme: slack, secret: signing, async: false }
    zoom: { path: /zoom, service: event.take, scheme: zoom, secrets: [next, current], async: false }
    meta: { path: /meta, service: event.take, scheme: meta, secret: app, verifyToken: token-of-meta, async: false }
    websub: { path: /websub, service: event.take, scheme: websub, secret: shared, topics: ['https://feed.example.com/'], async: false }
    graph: { path: /graph, service: event.take, scheme: graph, secret: state-of-mine, async: false }
`;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the handshake', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    bus = await startBus({ config: { 'channels.yaml': CONFIG }, services: [TakeEvent] });
  });

  afterAll(() => bus.stop());

  beforeEach(() => {
    invocations = 0;
  });

  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
    sendRequest(bus.url + path, { method: 'POST', headers, body });
  const get = (path: string) => sendUndocumentedRequest(bus.url + path);
  const sign = (secret: string, body: string) => {
    const at = String(Math.floor(Date.now() / 1_000));
    return { at, signature: `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}` };
  };

  it('of Slack is a signed POST whose challenge is the response', async () => {
    const body =
      '{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY","type":"url_verification"}';
    const { at, signature } = sign('signing', body);
    const signed = { ...JSON_TYPE, 'x-slack-request-timestamp': at, 'x-slack-signature': signature };

    const right = await post('/slack', body, signed);
    const unsigned = await post('/slack', body);

    expect([right.status, right.headers.get('content-type'), right.text]).toEqual([
      200,
      'text/plain',
      '3eZbrw1aBm2rZgRNFdxV2595E9CY',
    ]);
    expect(unsigned.status).toBe(401);
    expect(invocations).toBe(0);
  });

  it('of Zoom is a signed POST whose token is returned with its keyed hash, as often as Zoom asks', async () => {
    const body =
      '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}';
    const { at, signature } = sign('current', body);
    const headers = { ...JSON_TYPE, 'x-zm-request-timestamp': at, 'x-zm-signature': signature };
    const plainToken = 'qgg8vlvZRS6UYooatFL8Aw';
    const encryptedToken = createHmac('sha256', 'current').update(plainToken).digest('hex');

    const responses = [await post('/zoom', body, headers), await post('/zoom', body, headers)];

    expect(responses.map((response) => response.body)).toEqual(
      Array.from({ length: 2 }, () => ({ plainToken, encryptedToken })),
    );
    expect(invocations).toBe(0);
  });

  it('of Meta is a GET with the verify token', async () => {
    const query = '?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=';

    const right = await get(`/meta${query}token-of-meta`);
    const wrong = await Promise.all(
      [`/meta${query}token`, `/meta${query}`, '/meta', '/meta?hub.mode=unsubscribe&hub.verify_token=token-of-meta'].map(
        get,
      ),
    );

    expect([right.status, right.text]).toEqual([200, '1158201444']);
    expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });

  it('of WebSub confirms the subscriptions of its topics alone', async () => {
    const query = '?hub.mode=subscribe&hub.challenge=abc&hub.lease_seconds=864000&hub.topic=';

    const right = await get(`/websub${query}${encodeURIComponent('https://feed.example.com/')}`);
    const wrong = await get(`/websub${query}${encodeURIComponent('https://other.example.com/')}`);

    expect([right.status, right.text, wrong.status]).toEqual([200, 'abc', 401]);
  });

  it.each(['sha1', 'sha256', 'sha384', 'sha512'])(
    'of WebSub does not replace signatures, here in %s',
    async (method) => {
      const signature = createHmac(method, 'shared').update('{"a":1}').digest('hex');

      const right = await post('/websub', '{"a":1}', { ...JSON_TYPE, 'x-hub-signature': `${method}=${signature}` });
      const wrong = await post('/websub', '{"a":2}', { ...JSON_TYPE, 'x-hub-signature': `${method}=${signature}` });
      const unknown = await post('/websub', '{"a":1}', { ...JSON_TYPE, 'x-hub-signature': `md5=${signature}` });

      expect([right.status, wrong.status, unknown.status]).toEqual([200, 401, 401]);
    },
  );

  it('of Microsoft Graph is a POST without a body, with the token in its query', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const token = 'Validation: Testing client application reachability <b>+ä</b>';

    const response = await post(`/graph?validationToken=${encodeURIComponent(token)}`, '', headers);

    expect([response.status, response.text]).toEqual([200, token]);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(invocations).toBe(0);
  });

  it('of Microsoft Graph does not replace the clientState of every notification', async () => {
    const createBody = (...states: readonly unknown[]) =>
      JSON.stringify({ value: states.map((clientState) => ({ clientState, changeType: 'created' })) });

    const right = await post('/graph', createBody('state-of-mine', 'state-of-mine'));
    const wrong = await Promise.all(
      [createBody('state-of-mine', 'other'), createBody(undefined), createBody(), '{}', ''].map((body) =>
        post('/graph', body),
      ),
    );
    const withToken = await post('/graph?validationToken=x', createBody('other'));

    expect(right.status).toBe(200);
    expect([...wrong, withToken].map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  });
});

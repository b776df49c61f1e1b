import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { LOCALHOST_CERTIFICATE, sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';
import { ACME, CERTIFICATE_AUTHORITY, OTHER, SELF_SIGNED_ACME } from './client-certificates';

const FINGERPRINT = new X509Certificate(OTHER.cert).fingerprint256;
const indented = (pem: string) => JSON.stringify(pem);

describe('a bus with client certificates', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      services: [EchoCaller],
      config: {
        'test-bus.yaml': `bus:
  http:
    port: 0
    tls: { cert: ${indented(LOCALHOST_CERTIFICATE.cert)}, key: ${indented(LOCALHOST_CERTIFICATE.key)}, ca: ${indented(CERTIFICATE_AUTHORITY)}, requestCert: true }`,
        'security.yaml': `security:
  by-name: { type: mtls, callers: [{ name: acme, subject: { CN: acme, O: Test }, scopes: [orders] }] }
  by-print: { type: mtls, callers: [{ name: other, fingerprint256: '${FINGERPRINT}' }] }
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: acme-key-1 }] }`,
        'channels.yaml': `channels:
  rest:
    name: { method: GET, path: /name, service: who, security: by-name }
    print: { method: GET, path: /print, service: who, security: by-print }
    either: { method: GET, path: /either, service: who, security: [by-name, keys] }
    open: { method: GET, path: /open, service: who }`,
      },
    });
  });
  afterAll(() => running.stop());

  async function get(path: string, options: RequestOptions = {}) {
    const sending = request(`${running.url.replace('127.0.0.1', 'localhost')}${path}`, {
      ca: LOCALHOST_CERTIFICATE.cert,
      agent: false,
      ...options,
    }).end();
    const [response] = (await once(sending, 'response')) as [IncomingMessage];
    const body = JSON.parse(await text(response)) as Record<string, unknown>;
    return { status: response.statusCode, body, challenge: response.headers['www-authenticate'] };
  }

  it('accepts clients without a certificate on channels that need none', async () => {
    expect(running.url).toMatch(/^https:/);
    expect(await get('/open')).toMatchObject({ status: 200 });
  });

  it.each([
    ['/name', ACME, { name: 'acme', scopes: ['orders'], definition: 'by-name' }],
    ['/print', OTHER, { name: 'other', definition: 'by-print' }],
  ])('authenticates a caller at %s by its certificate', async (path, certificate, caller) => {
    expect(await get(path, certificate)).toMatchObject({ status: 200, body: caller });
  });

  it.each([
    ['that it does not know by name', '/name', OTHER],
    ['that it does not know by fingerprint', '/print', ACME],
    ['of the right name that a stranger has signed', '/name', SELF_SIGNED_ACME],
  ])('rejects a caller %s', async (_what, path, certificate) => {
    const before = getRunCount();

    expect(await get(path, certificate)).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    expect(getRunCount()).toBe(before);
  });

  it('sends a challenge with all accepted schemes', async () => {
    const { status, body, challenge } = await get('/either');

    expect([status, body['code']]).toEqual([401, 'AUTH_REQUIRED']);
    expect(challenge).toBe('ClientCertificate realm="trunkline", ApiKey realm="trunkline", header="X-API-Key"');
  });

  it.each([
    ['none', {}, 401],
    ['a stranger’s', SELF_SIGNED_ACME, 401],
    ['a good one', ACME, 200],
  ])('keeps the identity of a resumed connection, with %s', async (_what, certificate, status) => {
    const agent = new Agent({ maxCachedSessions: 1 });
    const reused: boolean[] = [];
    agent.on('keylog', (_line, socket: TLSSocket) => reused.push(socket.isSessionReused()));

    const requestStatus = async () => (await get('/name', { agent, ...certificate })).status;
    const statuses = [await requestStatus(), await requestStatus(), await requestStatus()];

    expect(statuses).toEqual([status, status, status]);
    expect(reused.at(-1)).toBe(true);
  });

  it('sends nothing to clients that do not use TLS', async () => {
    expect(await sendRawBytes(running.url, 'GET /open HTTP/1.1\r\nHost: a\r\n\r\n')).not.toContain('HTTP/1.1 200');
  });
});

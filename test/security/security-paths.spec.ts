import { sendRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';

/** Spellings of a path that a router might match with `/vault/{id}` or `/vault/open/door` and a guard might not. */
const TARGETS = [
  '/vault/7',
  '/vault/7/',
  '/vault//7',
  '//vault/7',
  '///vault/7',
  '/vault/7//',
  '/./vault/7',
  '/vault/./7',
  '/vault/../vault/7',
  '/open/../vault/7',
  '/public/../vault/7',
  '/%76ault/7',
  '/v%61ult/7',
  '/VAULT/7',
  '/Vault/7',
  '/vault%2f7',
  '/vault%2F7',
  '/vault/%2e/7',
  '/vault/%2e%2e/vault/7',
  '/public/%2e%2e/vault/7',
  '/public/..%2fvault/7',
  '/public%2f..%2fvault%2f7',
  '/%2e/vault/7',
  '/vault/7?',
  '/vault/7?x=1',
  '/vault/7?/../../public',
  '/vault/7;x=1',
  '/vault;x=1/7',
  '/vault/7%3Fx',
  '/vault/7#public',
  '/vault/7%23public',
  '/vault/7%00',
  '/vault/7%0d%0aX-API-Key:%20acme-key-1',
  '/vault/7%20',
  '/vault/%37',
  '/vault\\7',
  '/vault/%5c7',
  '/vault/7.json',
  '/%252e/vault/7',
  '/vault/%c0%af7',
  '/public?/vault/7',
  '/vault/open/door',
  '/vault/open/door/',
  '/vault/open/door?access_token=acme-key-1',
  '/vault/%6fpen/door',
  '/vault/open%2fdoor',
  'http://a/vault/7',
  'http://a:80/vault/7',
  'HTTP://a/vault/7',
  'http://user:acme-key-1@a/vault/7',
  'http://a//vault/7',
  'http://other/vault/open/door',
  'vault/7',
  '*',
];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'];
const OVERRIDES = [
  'X-Original-URL: /vault/7',
  'X-Rewrite-URL: /vault/7',
  'X-HTTP-Method-Override: GET',
  'X-Forwarded-User: acme',
  'X-API-Key : acme-key-1',
  'X_API_Key: acme-key-1',
];

describe('a channel with security', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      services: [EchoCaller],
      config: {
        'security.yaml':
          'security: { keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: acme-key-1 }] } }',
        'channels.yaml': `channels:
  rest:
    vault: { method: GET, path: '/vault/{id}', service: who, security: keys }
    vault.put: { method: PUT, path: '/vault/{id}', service: who, security: keys }
    door: { method: GET, path: /vault/open/door, service: who, security: keys }`,
      },
    });
  });
  afterAll(() => running.stop());

  const send = (method: string, target: string, ...lines: string[]) =>
    sendRawBytes(
      running.url,
      `${[`${method} ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`,
    );

  it.each(['/vault/7', '/vault/%37', 'http://a/vault/7', '/vault/open/door'])('accepts a key at %s', async (target) => {
    const before = getRunCount();

    expect(await send('GET', target, 'X-API-Key: acme-key-1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(getRunCount()).toBe(before + 1);
  });

  it.each(TARGETS)('rejects requests without a key, by any method, at %s', async (target) => {
    const before = getRunCount();

    const responses = await Promise.all(METHODS.map((method) => send(method, target)));

    expect(getRunCount()).toBe(before);
    for (const response of responses) expect(response).not.toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(OVERRIDES)('ignores a header that overrides method or path: %s', async (line) => {
    const before = getRunCount();

    await Promise.all(['/vault/7', '/', '/vault/open/door'].map((target) => send('GET', target, line)));

    expect(getRunCount()).toBe(before);
  });

  it('needs the same key for HEAD as for GET', async () => {
    const without = await sendRequest(`${running.url}/vault/7`, { method: 'HEAD' });
    const withKey = await sendRequest(`${running.url}/vault/7`, {
      method: 'HEAD',
      headers: { 'x-api-key': 'acme-key-1' },
    });

    expect([without.status, withKey.status]).toEqual([401, 200]);
    expect(without.headers.get('www-authenticate')).toContain('ApiKey');
  });
});

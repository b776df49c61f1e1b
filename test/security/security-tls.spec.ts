import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Controller, Get, Module } from '@nestjs/common';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';
import { RSA_LOCALHOST } from './rsa-certificate';

@Controller('own')
class Own {
  @Get()
  read() {
    return { read: true };
  }
}

@Module({ controllers: [Own] })
class OwnModule {}

const PAIR = `cert: ${JSON.stringify(RSA_LOCALHOST.cert)}, key: ${JSON.stringify(RSA_LOCALHOST.key)}`;
const YAML = (tls: string) => ({
  'test-bus.yaml': `bus: { http: { port: 0, tls: { ${PAIR}, ${tls} } } }`,
  'channels.yaml': `channels:
  rest:
    open: { method: GET, path: /open, service: who }
    post: { method: POST, path: /open, service: who }`,
});
/** The suites of outdated clients. OpenSSL sends them only at this security level. */
const OLD = { maxVersion: 'TLSv1.2', minVersion: 'TLSv1' } as const;
const anyLevel = (ciphers: string) => `${ciphers}:@SECLEVEL=0`;

let running: RunningBus | undefined;
const start = async (tls: string) => {
  running = await startBus({ config: YAML(tls), services: [EchoCaller], modules: [OwnModule] });
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const open = async (options: ConnectionOptions): Promise<TLSSocket> => {
  const { port } = new URL(running?.url ?? '');
  const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
};
const agreed = async (options: ConnectionOptions) => {
  const socket = await open(options);
  const { standardName } = socket.getCipher();
  const version = socket.getProtocol();
  socket.destroy();
  return `${String(version)} ${standardName}`;
};
const negotiate = async (request: string) => {
  const socket = await open({});
  socket.write(`${request}\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
};

describe('A TLS listener', () => {
  it.each([
    ['block ciphers', { ...OLD, ciphers: anyLevel('ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA:AES128-SHA') }],
    ['key exchange without forward secrecy', { ...OLD, ciphers: anyLevel('AES128-GCM-SHA256:AES256-GCM-SHA384') }],
    ['finite-field key exchange', { ...OLD, ciphers: anyLevel('DHE-RSA-AES128-GCM-SHA256') }],
    ['TLS 1.1', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: anyLevel('ALL') }],
  ] as const)('agrees on no %s', async (_what, options) => {
    await start('');

    await expect(open(options)).rejects.toThrow(/alert|no cipher|handshake|unsupported protocol/i);
    await expect(agreed({})).resolves.toMatch(/^TLSv1\.3 /);
  });

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'TLSv1.2 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ])('agrees on %s', async (ciphers, expected) => {
    await start('');

    await expect(agreed({ maxVersion: 'TLSv1.2', ciphers })).resolves.toBe(expected);
  });

  it('supports TLS 1.3 alone if so configured', async () => {
    await start('minVersion: TLSv1.3');

    await expect(open({ maxVersion: 'TLSv1.2' })).rejects.toThrow(/alert|protocol/i);
    await expect(agreed({})).resolves.toMatch(/^TLSv1\.3 /);
  });

  it.each([
    'ciphers: [AES128-GCM-SHA256, ECDHE-RSA-AES256-GCM-SHA384]',
    "ciphers: 'AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384'",
  ])('offers the configured suites in their order, and still supports TLS 1.3: %s', async (ciphers) => {
    await start(ciphers);
    const both = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:AES128-GCM-SHA256' } as const;

    await expect(agreed(both)).resolves.toBe('TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256');
    await expect(open({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })).rejects.toThrow(/alert/);
    await expect(agreed({})).resolves.toMatch(/^TLSv1\.3 /);
  });

  it('offers the configured suites of TLS 1.3', async () => {
    await start('ciphers: [TLS_AES_128_GCM_SHA256, ECDHE-RSA-AES256-GCM-SHA384]');

    await expect(agreed({})).resolves.toBe('TLSv1.3 TLS_AES_128_GCM_SHA256');
  });

  it.each([
    ['ciphers: [ECDHE-RSA-AES128-GCM]', 'expected cipher suites by their OpenSSL names'],
    ["ciphers: 'HIGH:!aNULL'", 'expected cipher suites by their OpenSSL names'],
    ['ciphers: []', 'ciphers'],
    ['minVersion: TLSv1.1', 'minVersion'],
    ['hsts: { maxAge: 10ms }', /hsts\.maxAge.*expected 0s, .*or a duration of at least 1s/],
    ['hsts: { preload: true }', 'expected `includeSubDomains` and a `maxAge` of at least 365d'],
  ])('rejects %s', async (tls, message) => {
    await expect(start(tls)).rejects.toThrow(message);
  });

  it.each([
    ['a channel', 'GET /open HTTP/1.1\r\nHost: a\r\nConnection: close', 200],
    ['a controller', 'GET /own HTTP/1.1\r\nHost: a\r\nConnection: close', 200],
    ['health', 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close', 200],
    ['a failure', 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close', 404],
    ['what is not HTTP', 'NONSENSE', 400],
    ['an expectation of another kind', 'POST /open HTTP/1.1\r\nHost: a\r\nExpect: gold\r\nContent-Length: 0', 417],
  ])('sends Strict-Transport-Security with every response if so configured: %s', async (_what, request, status) => {
    await start('hsts: { maxAge: 730d, includeSubDomains: true, preload: true }');

    const response = await negotiate(request);

    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(response.match(/strict-transport-security: .*/gi)).toEqual([
      'strict-transport-security: max-age=63072000; includeSubDomains; preload',
    ]);
  });

  it('ends HTTPS-only in browsers with `maxAge: 0s`', async () => {
    await start('hsts: { maxAge: 0s }');

    expect(await negotiate('GET /open HTTP/1.1\r\nHost: a\r\nConnection: close')).toMatch(
      /^strict-transport-security: max-age=0\r$/im,
    );
  });

  it('does not send Strict-Transport-Security by default', async () => {
    await start('');

    expect(await negotiate('GET /open HTTP/1.1\r\nHost: a\r\nConnection: close')).not.toMatch(
      /strict-transport-security/i,
    );
    expect(getRunCount()).toBeGreaterThan(0);
  });
});

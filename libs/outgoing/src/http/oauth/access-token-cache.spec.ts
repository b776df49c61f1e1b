import { UpstreamError } from '@trunkline/failures';
import { catchRejection } from '../../test-bus.fixture';
import { AccessTokenCache } from './access-token-cache';

const refusal = () => new UpstreamError('UPSTREAM_AUTH_FAILED', 'no', { connection: 'CRM', wasSent: false });
const outage = () => new UpstreamError('UPSTREAM_UNREACHABLE', 'no', { connection: 'CRM', wasSent: false });

/** Tokens T1, T2 … that live for a minute, from a server that fails as it is told. */
function createTokens(failures: readonly (Error | undefined)[] = [], lifetimeMs = 60_000) {
  const clock = { ms: 0, nowMs: () => clock.ms };
  const server = { asked: 0 };
  const grant = () => {
    const failure = failures[server.asked];
    server.asked += 1;
    return failure ? Promise.reject(failure) : Promise.resolve({ token: `T${server.asked}`, lifetimeMs });
  };
  return { tokens: new AccessTokenCache(grant, clock), clock, server };
}

describe('the access token of a connection', () => {
  it('is not requested while the endpoint wants no requests', async () => {
    const throttled = new UpstreamError('UPSTREAM_RATE_LIMITED', 'no', {
      connection: 'CRM',
      wasSent: false,
      retryAfter: 60,
    });
    const { tokens, clock, server } = createTokens([throttled]);
    await catchRejection(tokens.get());

    clock.ms = 59_999;
    const failure = await catchRejection(tokens.get());
    clock.ms = 60_000;

    expect([failure, server.asked, await tokens.get()]).toEqual([throttled, 1, 'T2']);
  });

  it('is requested once, however many calls wait for it', async () => {
    const { tokens, server } = createTokens();

    const got = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));

    expect(new Set(got)).toEqual(new Set(['T1']));
    expect(server.asked).toBe(1);
  });

  it('is kept until a tenth of its life is left', async () => {
    const { tokens, clock, server } = createTokens();
    await tokens.get();

    clock.ms = 53_999;

    expect(tokens.getCached()).toBe('T1');
    expect(server.asked).toBe(1);
  });

  it.each([
    [60_000, 54_000],
    [3_600_000, 3_570_000],
  ])('that lives for %i ms is replaced from %i ms on, while calls go on with it', async (lifetimeMs, atMs) => {
    const { tokens, clock, server } = createTokens([], lifetimeMs);
    await tokens.get();
    clock.ms = atMs;

    const meanwhile = [tokens.getCached(), tokens.getCached()];
    await Promise.resolve();

    expect(meanwhile).toEqual(['T1', 'T1']);
    expect(tokens.getCached()).toBe('T2');
    expect(server.asked).toBe(2);
  });

  it('stays in use when its replacement fails, which is retried once a second', async () => {
    const { tokens, clock, server } = createTokens([undefined, outage(), outage()]);
    await tokens.get();

    for (const ms of [54_000, 54_500, 54_999, 55_001]) {
      clock.ms = ms;
      expect(tokens.getCached()).toBe('T1');
      await new Promise(setImmediate);
    }

    expect(server.asked).toBe(3);
  });

  it('is not used beyond its end', async () => {
    const { tokens, clock } = createTokens();
    await tokens.get();

    clock.ms = 60_000;

    expect(tokens.getCached()).toBeUndefined();
    await expect(tokens.get()).resolves.toBe('T2');
  });

  it('is not requested again within a second after a rejection', async () => {
    const { tokens, clock, server } = createTokens([refusal()]);
    await catchRejection(tokens.get());

    clock.ms = 999;
    await expect(tokens.get()).rejects.toMatchObject({ code: 'UPSTREAM_AUTH_FAILED' });
    expect(server.asked).toBe(1);

    clock.ms = 1_000;
    await expect(tokens.get()).resolves.toBe('T2');
  });

  it('is requested again at once after an outage', async () => {
    const { tokens } = createTokens([outage()]);
    await catchRejection(tokens.get());

    await expect(tokens.get()).resolves.toBe('T2');
  });

  it('that the upstream rejects is replaced once for all calls that used it', async () => {
    const { tokens, server } = createTokens();
    await tokens.get();

    const replaced = await Promise.all([tokens.replace('T1'), tokens.replace('T1')]);

    expect(replaced).toEqual(['T2', 'T2']);
    await expect(tokens.replace('T1')).resolves.toBe('T2');
    expect(server.asked).toBe(2);
  });

  it('is not replaced repeatedly when the upstream rejects all of them', async () => {
    const { tokens, clock } = createTokens();
    await tokens.get();
    await tokens.replace('T1');

    await expect(tokens.replace('T2')).resolves.toBeUndefined();
    clock.ms = 1_000;
    await expect(tokens.replace('T2')).resolves.toBe('T3');
  });
});

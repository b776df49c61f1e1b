import { CancelledError, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { createJsonResponse, ScriptedUpstream } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

/** A well upstream behind chaos; `random` has the given values in turn, then 0.99. */
async function start(chaos: object, random: readonly number[] = [], settings: object = {}) {
  upstream = await ScriptedUpstream.listen((socket) => socket.write(createJsonResponse({ a: 1 })));
  const values = [...random];
  bus = new TestBus({
    outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', chaos, ...settings } } },
    random: () => values.shift() ?? 0.99,
  });
}

const calling = (scope?: CancelScope) => bus.run((crm) => crm.get('/'), scope && { scope });

async function took(work: Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work;
  return performance.now() - startedMs;
}

describe('chaos', () => {
  it('leaves attempts alone that it does not choose', async () => {
    await start({ probability: 0.5, errorRate: 1 }, [0.5, 0.49]);

    await expect(calling()).resolves.toMatchObject({ status: 200 });
    await expect(calling()).resolves.toMatchObject({ status: 503 });
  });

  it('responds with its status in place of the upstream', async () => {
    await start({ errorRate: 0.3, status: 429 }, [0, 0.29, 0, 0.3]);

    await expect(calling()).resolves.toEqual({ status: 429, ok: false, headers: {}, data: undefined });
    await expect(calling()).resolves.toMatchObject({ status: 200 });
    expect(upstream.requests).toHaveLength(1);
  });

  it('fails as if the request had been sent', async () => {
    await start({ errorRate: 0.3, reset: 0.2 }, [0, 0.49, 0, 0.5]);

    expect(await catchRejection(calling())).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR', wasSent: true });
    await expect(calling()).resolves.toMatchObject({ status: 200 });
  });

  it('is met with the retries of the connection', async () => {
    await start({ errorRate: 0.5 }, [0, 0.1, 0, 0, 0.9], { retry: { attempts: 2 } });

    await expect(calling()).resolves.toMatchObject({ status: 200 });
  });

  it('holds attempts up', async () => {
    await start({ latency: '80ms' }, [0]);

    expect(await took(calling())).toBeGreaterThanOrEqual(79);
    expect(upstream.requests).toHaveLength(1);
  });

  it('holds attempts up no longer than they may take', async () => {
    await start({ latency: '5s' }, [0], { timeout: '60ms' });

    const failed = catchRejection(calling());

    expect(await took(failed)).toBeLessThan(160);
    expect(await failed).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(upstream.requests).toHaveLength(0);
  });

  it('releases a cancelled call', async () => {
    await start({ latency: '5s' }, [0]);
    const scope = new CancelScope(Deadline.in(5_000), () => new DeadlineExceededError('spec', 5_000));

    const failed = catchRejection(calling(scope));
    setTimeout(() => scope.cancel(new CancelledError('the client left')), 20);

    expect(await took(failed)).toBeLessThan(120);
    expect(await failed).toBeInstanceOf(CancelledError);
  });

  it('is reported, and logged at the start', async () => {
    await start({ latency: '300ms', probability: 0.1 });

    expect(bus.rest.describe()[0]).toMatchObject({
      chaos: { probability: 0.1, latency: '300ms', errorRate: 0, reset: 0, status: 503 },
    });
    expect(bus.logged.warnings).toEqual([
      { fields: { connections: ['CRM'] }, message: 'chaos is on: calls of these connections fail on purpose' },
    ]);
  });
});

import { UpstreamError } from '@trunkline/failures';
import fc from 'fast-check';
import { TestBus } from '../../test-bus.fixture';
import { createJsonResponse, createResponse, ScriptedUpstream } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

const TIMEOUT_MS = 60;
const SEEDS = [
  createJsonResponse({ a: [1, 2, { b: 'c' }] }),
  createJsonResponse({ a: 1 }, 404),
  createResponse(204),
  Buffer.from(
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1,2,\r\n2\r\n3]\r\n0\r\n\r\n',
  ),
];

/** Changes to the bytes of an answer: what comes before a place in them, what comes after, and a byte to use. */
const MUTATIONS: readonly ((before: Buffer, after: Buffer, byte: number) => Buffer[])[] = [
  (before, after, byte) => [before, Buffer.from([(after[0] ?? 0) ^ (byte || 1)]), after.subarray(1)],
  (before, after, byte) => [before, Buffer.from([byte]), after],
  (before, after) => [before, after.subarray(1)],
  (before, after) => [before, after, after],
  (before) => [before],
];
const mutation = fc.tuple(fc.constantFrom(...MUTATIONS), fc.nat(200), fc.constantFrom(0, 10, 13, 32, 48, 58, 255));

describe('an upstream that responds with random bytes', () => {
  let bytes: Buffer;
  let upstream: ScriptedUpstream;
  let bus: TestBus;

  beforeEach(async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write(bytes));
    bus = new TestBus({
      outgoing: {
        rest: { CRM: { url: upstream.url, timeout: `${TIMEOUT_MS}ms`, retry: 'off', circuitBreaker: 'off' } },
      },
    });
  });
  afterEach(async () => {
    await bus.close();
    await upstream.close();
  });

  it('is read or is a failure of the upstream, in time, and the next call is not affected', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SEEDS),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        async (seed, changes) => {
          bytes = changes.reduce((changed, [change, at, byte]) => {
            const index = at % (changed.length + 1);
            return Buffer.concat(change(changed.subarray(0, index), changed.subarray(index), byte));
          }, seed);
          const started = performance.now();

          const outcome: unknown = await bus.run((crm) => crm.get('/')).catch((thrown: unknown) => thrown);

          expect(performance.now() - started).toBeLessThan(TIMEOUT_MS + 2);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UpstreamError);
          else expect(outcome).toHaveProperty('status');
          bytes = createJsonResponse({ isFine: true });
          expect(await bus.run((crm) => crm.get('/'))).toMatchObject({ data: { isFine: true } });
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

import type { IdempotencyClaim } from './idempotency-store';
import { again, claim, CREATED, keepsIdempotencyRecords } from './idempotency-contract.fixture';
import { MemoryIdempotencyStore } from './memory-idempotency-store';

describe('idempotency records in memory', () => {
  const store = new MemoryIdempotencyStore();
  keepsIdempotencyRecords(() => store);
});

describe('the bounds of idempotency records in memory', () => {
  it('forgets the answer given longest ago where there are too many records', () => {
    const store = new MemoryIdempotencyStore({ entries: 2 });
    const [oldest, newer] = [claim(), claim()];
    for (const each of [oldest, newer]) {
      store.begin(each);
      store.finish(each, CREATED);
    }

    store.begin(claim());

    expect(store.begin(again(newer))).toMatchObject({ is: 'replay' });
    expect(store.begin(again(oldest))).toEqual({ is: 'started' });
  });

  it('keeps of the answers given longest ago, where they take too much, that there was one', () => {
    const store = new MemoryIdempotencyStore({ bytes: 2_000 });
    const claims = Array.from({ length: 4 }, () => claim());
    for (const each of claims) answerWith(store, each, 400);

    const kept = claims.map((each) => store.begin(again(each)));

    expect(kept.map((state) => state.is === 'replay' && state.answer.isWhole)).toEqual([false, false, true, true]);
    expect(kept[0]).toEqual({ is: 'replay', answer: { status: 201, headers: {}, body: undefined, isWhole: false } });
    expect(store.begin({ ...again(claims[0] ?? claim()), fingerprint: 'order of 8' })).toEqual({ is: 'mismatch' });
  });

  it('keeps the answers of a client whole, however much others are answered', () => {
    const store = new MemoryIdempotencyStore({ bytes: 20_000 });
    const mine = claim({ client: 'acme' });
    answerWith(store, mine, 400);

    for (let count = 0; count < 100; count += 1) answerWith(store, claim({ client: 'initech' }), 900);

    expect(store.begin(again(mine))).toMatchObject({ is: 'replay', answer: { isWhole: true } });
  });

  it('keeps the requests of a client, however many others make', () => {
    const store = new MemoryIdempotencyStore({ entries: 10 });
    const mine = claim({ client: 'acme' });
    answerWith(store, mine, 400);

    for (let count = 0; count < 100; count += 1) answerWith(store, claim({ client: 'initech' }), 10);

    expect(store.begin(again(mine))).toMatchObject({ is: 'replay' });
  });

  it('has all of its room again once everything has expired', () => {
    let nowMs = 0;
    const store = new MemoryIdempotencyStore({ bytes: 2_000 }, { nowMs: () => nowMs });
    for (let count = 0; count < 10; count += 1) answerWith(store, claim({ keepMs: 1_000 }), 400);
    nowMs = 1_000;
    const [first, second] = [claim(), claim()];

    for (const each of [first, second]) answerWith(store, each, 400);

    expect([first, second].map((each) => store.begin(again(each)))).toMatchObject(
      [first, second].map(() => ({ is: 'replay', answer: { isWhole: true } })),
    );
  });

  it('refuses a new key rather than forget a request that is running', () => {
    const store = new MemoryIdempotencyStore({ entries: 2 });
    const running = claim();
    store.begin(running);
    store.begin(claim());

    expect(() => store.begin(claim())).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
    expect(store.begin(again(running))).toEqual({ is: 'running' });
  });

  it('has room again for what has expired', () => {
    let nowMs = 0;
    const store = new MemoryIdempotencyStore({ entries: 1 }, { nowMs: () => nowMs });
    store.begin(claim({ leaseMs: 10, keepMs: 1_000 }));

    nowMs = 1_000;

    expect(store.begin(claim())).toEqual({ is: 'started' });
  });
});

function answerWith(store: MemoryIdempotencyStore, request: IdempotencyClaim, bytes: number): void {
  store.begin(request);
  store.finish(request, { ...CREATED, body: 'x'.repeat(bytes) });
}

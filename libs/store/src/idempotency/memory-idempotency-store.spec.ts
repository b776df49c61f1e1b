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

  it('forgets the answers given longest ago where they take too much', () => {
    const store = new MemoryIdempotencyStore({ bytes: 2_000 });
    const claims = Array.from({ length: 4 }, () => claim());
    for (const each of claims) {
      store.begin(each);
      store.finish(each, { ...CREATED, body: 'x'.repeat(400) });
    }

    const kept = claims.map((each) => store.begin(again(each)).is);

    expect(kept).toEqual(['started', 'started', 'replay', 'replay']);
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

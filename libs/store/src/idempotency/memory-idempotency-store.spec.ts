import type { IdempotencyClaim } from './idempotency-store';
import { repeatClaim, createClaim, CREATED_RESPONSE, specifyIdempotencyStore } from './idempotency-contract.fixture';
import { MemoryIdempotencyStore } from './memory-idempotency-store';

describe('idempotency records in memory', () => {
  const store = new MemoryIdempotencyStore();
  specifyIdempotencyStore(() => store);
});

describe('the limits of idempotency records in memory', () => {
  it('remove the oldest request if there are too many records', () => {
    const store = new MemoryIdempotencyStore({ entries: 2 });
    const [oldest, newer] = [createClaim(), createClaim()];
    for (const each of [oldest, newer]) {
      store.begin(each);
      store.finish(each, CREATED_RESPONSE);
    }

    store.begin(createClaim());

    expect(store.begin(repeatClaim(newer))).toMatchObject({ status: 'replay' });
    expect(store.begin(repeatClaim(oldest))).toEqual({ status: 'started' });
  });

  it('drop the oldest responses if they are too large, and keep their outcome', () => {
    const store = new MemoryIdempotencyStore({ bytes: 2_000 });
    const claims = Array.from({ length: 4 }, () => createClaim());
    for (const each of claims) answerWith(store, each, 400);

    const states = claims.map((each) => store.begin(repeatClaim(each)));

    expect(states.map((state) => state.status === 'replay' && state.response.isComplete)).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(states[0]).toEqual({
      status: 'replay',
      response: { status: 201, headers: {}, body: undefined, isComplete: false },
    });
    expect(store.begin({ ...repeatClaim(claims[0] ?? createClaim()), fingerprint: 'order of 8' })).toEqual({
      status: 'mismatch',
    });
  });

  it('keep the responses of a client, however large those of others are', () => {
    const store = new MemoryIdempotencyStore({ bytes: 20_000 });
    const mine = createClaim({ client: 'acme' });
    answerWith(store, mine, 400);

    for (let count = 0; count < 100; count += 1) answerWith(store, createClaim({ client: 'initech' }), 900);

    expect(store.begin(repeatClaim(mine))).toMatchObject({ status: 'replay', response: { isComplete: true } });
  });

  it('keep the requests of a client, however many others send', () => {
    const store = new MemoryIdempotencyStore({ entries: 10 });
    const mine = createClaim({ client: 'acme' });
    answerWith(store, mine, 400);

    for (let count = 0; count < 100; count += 1) answerWith(store, createClaim({ client: 'initech' }), 10);

    expect(store.begin(repeatClaim(mine))).toMatchObject({ status: 'replay' });
  });

  it('have their full capacity again after expiry', () => {
    let nowMs = 0;
    const store = new MemoryIdempotencyStore({ bytes: 2_000 }, { nowMs: () => nowMs });
    for (let count = 0; count < 10; count += 1) answerWith(store, createClaim({ keepMs: 1_000 }), 400);
    nowMs = 1_000;
    const [first, second] = [createClaim(), createClaim()];

    for (const each of [first, second]) answerWith(store, each, 400);

    expect([first, second].map((each) => store.begin(repeatClaim(each)))).toMatchObject(
      [first, second].map(() => ({ status: 'replay', response: { isComplete: true } })),
    );
  });

  it('reject a new key rather than remove a running request', () => {
    const store = new MemoryIdempotencyStore({ entries: 2 });
    const running = createClaim();
    store.begin(running);
    store.begin(createClaim());

    expect(() => store.begin(createClaim())).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
    expect(store.begin(repeatClaim(running))).toEqual({ status: 'running' });
  });

  it('replace expired records', () => {
    let nowMs = 0;
    const store = new MemoryIdempotencyStore({ entries: 1 }, { nowMs: () => nowMs });
    store.begin(createClaim({ leaseMs: 10, keepMs: 1_000 }));

    nowMs = 1_000;

    expect(store.begin(createClaim())).toEqual({ status: 'started' });
  });
});

function answerWith(store: MemoryIdempotencyStore, request: IdempotencyClaim, bytes: number): void {
  store.begin(request);
  store.finish(request, { ...CREATED_RESPONSE, body: 'x'.repeat(bytes) });
}

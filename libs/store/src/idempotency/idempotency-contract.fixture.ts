import { randomUUID } from 'node:crypto';
import type { IdempotencyClaim, IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** A claim on a key of its own, unless it is told otherwise. */
export function createClaim(parts: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  const [key, token] = [randomUUID(), randomUUID()];
  return { key, token, client: 'acme', fingerprint: 'order of 7', leaseMs: 60_000, keepMs: 60_000, ...parts };
}

/** The same request once more, by somebody else. */
export function repeatClaim(first: IdempotencyClaim): IdempotencyClaim {
  return { ...first, token: randomUUID() };
}

/** An response with some of everything that has to come back as it was. */
export const CREATED_RESPONSE: StoredResponse = {
  status: 201,
  headers: { 'content-type': 'application/json', location: '/orders/7' },
  body: '{"id":7,"name":"Zoë\\u0000"}',
  isComplete: true,
};

/** What holds for every store of idempotency records. */
export function specifyIdempotencyStore(storeOf: () => IdempotencyStore): void {
  it('lets the first claim of a key start', async () => {
    expect(await storeOf().begin(createClaim())).toEqual({ is: 'started' });
  });

  it('lets exactly one of many claims at the same time start', async () => {
    const first = createClaim();

    const states = await Promise.all(Array.from({ length: 100 }, async () => storeOf().begin(repeatClaim(first))));

    const count = (is: IdempotencyState['is']) => states.filter((state) => state.is === is).length;
    expect([count('started'), count('running')]).toEqual([1, 99]);
  });

  it('gives the response back as it was recorded', async () => {
    const first = createClaim();
    await storeOf().begin(first);

    await storeOf().finish(first, CREATED_RESPONSE);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'replay', response: CREATED_RESPONSE });
  });

  it('gives bytes back as they were recorded', async () => {
    const first = createClaim();
    const body = Buffer.from([0, 255, 128, 10]);
    await storeOf().begin(first);
    await storeOf().finish(first, { ...CREATED_RESPONSE, body });

    const state = await storeOf().begin(repeatClaim(first));

    expect(state.is === 'replay' && Buffer.from(state.response.body ?? '')).toEqual(body);
  });

  it('gives an response without a body back as one', async () => {
    const first = createClaim();
    const deleted: StoredResponse = { status: 204, headers: {}, body: undefined, isComplete: true };
    await storeOf().begin(first);

    await storeOf().finish(first, deleted);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'replay', response: deleted });
  });

  it('gives an response back as not whole of which only the outcome was recorded', async () => {
    const first = createClaim();
    const outcome: StoredResponse = { status: 201, headers: {}, body: undefined, isComplete: false };
    await storeOf().begin(first);

    await storeOf().finish(first, outcome);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'replay', response: outcome });
  });

  it('takes a key for the same one, whichever client it counts for', async () => {
    const first = createClaim();
    await storeOf().begin(first);
    await storeOf().finish(first, CREATED_RESPONSE);

    expect(await storeOf().begin({ ...repeatClaim(first), client: 'initech' })).toMatchObject({ is: 'replay' });
  });

  it.each(['running', 'answered'])('does not take another request for one that is %s', async (what) => {
    const first = createClaim();
    await storeOf().begin(first);
    if (what === 'answered') await storeOf().finish(first, CREATED_RESPONSE);

    expect(await storeOf().begin({ ...repeatClaim(first), fingerprint: 'order of 8' })).toEqual({ is: 'mismatch' });
  });

  it('never lets a request start again whose lease passed without an end', async () => {
    const first = createClaim({ leaseMs: 0 });
    await storeOf().begin(first);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'unknown' });
    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'unknown' });
  });

  it('records an end that comes after the lease', async () => {
    const first = createClaim({ leaseMs: 0 });
    await storeOf().begin(first);

    await storeOf().finish(first, CREATED_RESPONSE);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'replay', response: CREATED_RESPONSE });
  });

  it('takes a freed key for a new one', async () => {
    const first = createClaim();
    await storeOf().begin(first);

    await storeOf().release(first);

    expect(await storeOf().begin({ ...repeatClaim(first), fingerprint: 'order of 8' })).toEqual({ is: 'started' });
  });

  it('lets nobody end or free what somebody else began', async () => {
    const first = createClaim();
    await storeOf().begin(first);

    await storeOf().finish(repeatClaim(first), CREATED_RESPONSE);
    await storeOf().release(repeatClaim(first));

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'running' });
  });

  it('does not free what has been answered', async () => {
    const first = createClaim();
    await storeOf().begin(first);
    await storeOf().finish(first, CREATED_RESPONSE);

    await storeOf().release(first);

    expect(await storeOf().begin(repeatClaim(first))).toMatchObject({ is: 'replay' });
  });

  it.each(['unknown', 'answered'])('forgets one that is %s when it has been kept long enough', async (what) => {
    const first = createClaim({ leaseMs: 0, keepMs: 20 });
    await storeOf().begin(first);
    if (what === 'answered') await storeOf().finish(first, CREATED_RESPONSE);

    let state = await storeOf().begin(repeatClaim(first));
    while (state.is !== 'started') state = await storeOf().begin(repeatClaim(first));

    expect(await storeOf().begin(createClaim({ ...first, keepMs: 60_000 }))).not.toMatchObject({ is: 'replay' });
  });

  it('keeps what is running for its lease at the least', async () => {
    const first = createClaim({ leaseMs: 60_000, keepMs: 0 });
    await storeOf().begin(first);

    expect(await storeOf().begin(repeatClaim(first))).toEqual({ is: 'running' });
  });
}

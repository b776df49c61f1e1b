import { randomUUID } from 'node:crypto';
import type { IdempotencyClaim, IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** Creates a claim on a new key. */
export function createClaim(parts: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  const [key, token] = [randomUUID(), randomUUID()];
  return { key, token, client: 'acme', fingerprint: 'order of 7', leaseMs: 60_000, keepMs: 60_000, ...parts };
}

/** Creates a claim of another sender for the same request. */
export function repeatClaim(first: IdempotencyClaim): IdempotencyClaim {
  return { ...first, token: randomUUID() };
}

/** A response with a value for each member. */
export const CREATED_RESPONSE: StoredResponse = {
  status: 201,
  headers: { 'content-type': 'application/json', location: '/orders/7' },
  body: '{"id":7,"name":"Zoë\\u0000"}',
  isComplete: true,
};

/** The contract of every idempotency store. */
export function specifyIdempotencyStore(getStore: () => IdempotencyStore): void {
  it('starts the first claim of a key', async () => {
    expect(await getStore().begin(createClaim())).toEqual({ status: 'started' });
  });

  it('starts exactly one of many concurrent claims', async () => {
    const first = createClaim();

    const states = await Promise.all(Array.from({ length: 100 }, async () => getStore().begin(repeatClaim(first))));

    const count = (status: IdempotencyState['status']) => states.filter((state) => state.status === status).length;
    expect([count('started'), count('running')]).toEqual([1, 99]);
  });

  it('replays a recorded response', async () => {
    const first = createClaim();
    await getStore().begin(first);

    await getStore().finish(first, CREATED_RESPONSE);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'replay', response: CREATED_RESPONSE });
  });

  it('replays a body of bytes', async () => {
    const first = createClaim();
    const body = Buffer.from([0, 255, 128, 10]);
    await getStore().begin(first);
    await getStore().finish(first, { ...CREATED_RESPONSE, body });

    const state = await getStore().begin(repeatClaim(first));

    expect(state.status === 'replay' && Buffer.from(state.response.body ?? '')).toEqual(body);
  });

  it('replays a response without a body', async () => {
    const first = createClaim();
    const deleted: StoredResponse = { status: 204, headers: {}, body: undefined, isComplete: true };
    await getStore().begin(first);

    await getStore().finish(first, deleted);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'replay', response: deleted });
  });

  it('replays a response as incomplete if only its outcome was recorded', async () => {
    const first = createClaim();
    const outcome: StoredResponse = { status: 201, headers: {}, body: undefined, isComplete: false };
    await getStore().begin(first);

    await getStore().finish(first, outcome);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'replay', response: outcome });
  });

  it('identifies a key regardless of the client', async () => {
    const first = createClaim();
    await getStore().begin(first);
    await getStore().finish(first, CREATED_RESPONSE);

    expect(await getStore().begin({ ...repeatClaim(first), client: 'initech' })).toMatchObject({ status: 'replay' });
  });

  it.each(['running', 'completed'])('reports a mismatch for another request if the first is %s', async (state) => {
    const first = createClaim();
    await getStore().begin(first);
    if (state === 'completed') await getStore().finish(first, CREATED_RESPONSE);

    expect(await getStore().begin({ ...repeatClaim(first), fingerprint: 'order of 8' })).toEqual({
      status: 'mismatch',
    });
  });

  it('never starts a request again whose lease expired without an outcome', async () => {
    const first = createClaim({ leaseMs: 0 });
    await getStore().begin(first);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'unknown' });
    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'unknown' });
  });

  it('records an outcome after the lease', async () => {
    const first = createClaim({ leaseMs: 0 });
    await getStore().begin(first);

    await getStore().finish(first, CREATED_RESPONSE);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'replay', response: CREATED_RESPONSE });
  });

  it('treats a released key as new', async () => {
    const first = createClaim();
    await getStore().begin(first);

    await getStore().release(first);

    expect(await getStore().begin({ ...repeatClaim(first), fingerprint: 'order of 8' })).toEqual({ status: 'started' });
  });

  it('does not finish or release the record of another claim', async () => {
    const first = createClaim();
    await getStore().begin(first);

    await getStore().finish(repeatClaim(first), CREATED_RESPONSE);
    await getStore().release(repeatClaim(first));

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'running' });
  });

  it('does not release a completed request', async () => {
    const first = createClaim();
    await getStore().begin(first);
    await getStore().finish(first, CREATED_RESPONSE);

    await getStore().release(first);

    expect(await getStore().begin(repeatClaim(first))).toMatchObject({ status: 'replay' });
  });

  it.each(['unknown', 'completed'])('removes a record that is %s after its retention', async (outcome) => {
    const first = createClaim({ leaseMs: 0, keepMs: 20 });
    await getStore().begin(first);
    if (outcome === 'completed') await getStore().finish(first, CREATED_RESPONSE);

    let state = await getStore().begin(repeatClaim(first));
    while (state.status !== 'started') state = await getStore().begin(repeatClaim(first));

    expect(await getStore().begin(createClaim({ ...first, keepMs: 60_000 }))).not.toMatchObject({ status: 'replay' });
  });

  it('keeps a running request for at least its lease', async () => {
    const first = createClaim({ leaseMs: 60_000, keepMs: 0 });
    await getStore().begin(first);

    expect(await getStore().begin(repeatClaim(first))).toEqual({ status: 'running' });
  });
}

import { randomUUID } from 'node:crypto';
import type { IdempotencyClaim, IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { KeptAnswer } from './kept-answer';

/** A claim on a key of its own, unless it is told otherwise. */
export function claim(parts: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  const [key, token] = [randomUUID(), randomUUID()];
  return { key, token, client: 'acme', fingerprint: 'order of 7', leaseMs: 60_000, keepMs: 60_000, ...parts };
}

/** The same request once more, by somebody else. */
export function again(first: IdempotencyClaim): IdempotencyClaim {
  return { ...first, token: randomUUID() };
}

/** An answer with some of everything that has to come back as it was. */
export const CREATED: KeptAnswer = {
  status: 201,
  headers: { 'content-type': 'application/json', location: '/orders/7' },
  body: '{"id":7,"name":"Zoë\\u0000"}',
  isWhole: true,
};

/** What holds for every store of idempotency records. */
export function keepsIdempotencyRecords(storeOf: () => IdempotencyStore): void {
  it('lets the first claim of a key start', async () => {
    expect(await storeOf().begin(claim())).toEqual({ is: 'started' });
  });

  it('lets exactly one of many claims at the same time start', async () => {
    const first = claim();

    const states = await Promise.all(Array.from({ length: 100 }, async () => storeOf().begin(again(first))));

    const count = (is: IdempotencyState['is']) => states.filter((state) => state.is === is).length;
    expect([count('started'), count('running')]).toEqual([1, 99]);
  });

  it('gives the answer back as it was recorded', async () => {
    const first = claim();
    await storeOf().begin(first);

    await storeOf().finish(first, CREATED);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'replay', answer: CREATED });
  });

  it('gives bytes back as they were recorded', async () => {
    const first = claim();
    const body = Buffer.from([0, 255, 128, 10]);
    await storeOf().begin(first);
    await storeOf().finish(first, { ...CREATED, body });

    const state = await storeOf().begin(again(first));

    expect(state.is === 'replay' && Buffer.from(state.answer.body ?? '')).toEqual(body);
  });

  it('gives an answer without a body back as one', async () => {
    const first = claim();
    const deleted: KeptAnswer = { status: 204, headers: {}, body: undefined, isWhole: true };
    await storeOf().begin(first);

    await storeOf().finish(first, deleted);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'replay', answer: deleted });
  });

  it('gives an answer back as not whole of which only the outcome was recorded', async () => {
    const first = claim();
    const outcome: KeptAnswer = { status: 201, headers: {}, body: undefined, isWhole: false };
    await storeOf().begin(first);

    await storeOf().finish(first, outcome);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'replay', answer: outcome });
  });

  it('takes a key for the same one, whichever client it counts for', async () => {
    const first = claim();
    await storeOf().begin(first);
    await storeOf().finish(first, CREATED);

    expect(await storeOf().begin({ ...again(first), client: 'initech' })).toMatchObject({ is: 'replay' });
  });

  it.each(['running', 'answered'])('does not take another request for one that is %s', async (what) => {
    const first = claim();
    await storeOf().begin(first);
    if (what === 'answered') await storeOf().finish(first, CREATED);

    expect(await storeOf().begin({ ...again(first), fingerprint: 'order of 8' })).toEqual({ is: 'mismatch' });
  });

  it('never lets a request start again whose lease passed without an end', async () => {
    const first = claim({ leaseMs: 0 });
    await storeOf().begin(first);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'unknown' });
    expect(await storeOf().begin(again(first))).toEqual({ is: 'unknown' });
  });

  it('records an end that comes after the lease', async () => {
    const first = claim({ leaseMs: 0 });
    await storeOf().begin(first);

    await storeOf().finish(first, CREATED);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'replay', answer: CREATED });
  });

  it('takes a freed key for a new one', async () => {
    const first = claim();
    await storeOf().begin(first);

    await storeOf().free(first);

    expect(await storeOf().begin({ ...again(first), fingerprint: 'order of 8' })).toEqual({ is: 'started' });
  });

  it('lets nobody end or free what somebody else began', async () => {
    const first = claim();
    await storeOf().begin(first);

    await storeOf().finish(again(first), CREATED);
    await storeOf().free(again(first));

    expect(await storeOf().begin(again(first))).toEqual({ is: 'running' });
  });

  it('does not free what has been answered', async () => {
    const first = claim();
    await storeOf().begin(first);
    await storeOf().finish(first, CREATED);

    await storeOf().free(first);

    expect(await storeOf().begin(again(first))).toMatchObject({ is: 'replay' });
  });

  it.each(['unknown', 'answered'])('forgets one that is %s when it has been kept long enough', async (what) => {
    const first = claim({ leaseMs: 0, keepMs: 20 });
    await storeOf().begin(first);
    if (what === 'answered') await storeOf().finish(first, CREATED);

    let state = await storeOf().begin(again(first));
    while (state.is !== 'started') state = await storeOf().begin(again(first));

    expect(await storeOf().begin(claim({ ...first, keepMs: 60_000 }))).not.toMatchObject({ is: 'replay' });
  });

  it('keeps what is running for its lease at the least', async () => {
    const first = claim({ leaseMs: 60_000, keepMs: 0 });
    await storeOf().begin(first);

    expect(await storeOf().begin(again(first))).toEqual({ is: 'running' });
  });
}

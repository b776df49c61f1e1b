import type { Pool } from 'pg';
import { describeWith } from '../../../../test/servers/describe-with';
import { PostgresServer } from '../../../../test/servers/postgres-server';
import { postgresPool } from '../postgres-pool';
import { again, claim, CREATED, keepsIdempotencyRecords } from './idempotency-contract.fixture';
import { LimitedIdempotencyStore } from './limited-idempotency-store';
import { PostgresIdempotencyStore } from './postgres-idempotency-store';

describeWith('postgres', 'idempotency records in PostgreSQL', () => {
  let server: PostgresServer;
  let pool: Pool;
  let store: LimitedIdempotencyStore;

  beforeAll(async () => {
    server = await PostgresServer.start();
    pool = await postgresPool(server.url);
    store = new LimitedIdempotencyStore(new PostgresIdempotencyStore(pool));
  });

  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  it('have their table made by whoever comes first, however many come', async () => {
    const stores = Array.from({ length: 5 }, () => new PostgresIdempotencyStore(pool));

    const states = await Promise.all(stores.map((each) => each.begin(claim())));

    expect(states).toEqual(stores.map(() => ({ is: 'started' })));
  });

  keepsIdempotencyRecords(() => store);

  it('are removed when they have expired', async () => {
    const expired = claim({ leaseMs: 0, keepMs: 0 });
    await store.begin(expired);
    const rows = () => pool.query('SELECT 1 FROM trunkline_idempotency WHERE key = $1', [expired.key]);

    await new PostgresIdempotencyStore(pool).begin(claim());

    let { rowCount } = await rows();
    while (rowCount === 1) ({ rowCount } = await rows());
    expect(rowCount).toBe(0);
  });

  it('survive a crash of the database, and are not to be had meanwhile', async () => {
    const first = claim();
    await store.begin(first);
    await store.finish(first, CREATED);

    await server.kill();
    await expect(store.begin(again(first))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();

    expect(await store.begin(again(first))).toEqual({ is: 'replay', answer: CREATED });
  });
});

import type { Pool } from 'pg';
import { describeWithServer } from '../../../../test/servers/describe-with-server';
import { PostgresServer } from '../../../../test/servers/postgres-server';
import { createPostgresPool } from '../postgres/postgres-pool';
import { repeatClaim, createClaim, CREATED_RESPONSE, specifyIdempotencyStore } from './idempotency-contract.fixture';
import { TimeLimitedIdempotencyStore } from './time-limited-idempotency-store';
import { PostgresIdempotencyStore } from './postgres-idempotency-store';

/** A busy machine takes longer than the default of a second. The limit itself is specified with Redis. */
const PATIENT_MS = 15_000;

describeWithServer('postgres', 'idempotency records in PostgreSQL', () => {
  let server: PostgresServer;
  let pool: Pool;
  let store: TimeLimitedIdempotencyStore;

  beforeAll(async () => {
    server = await PostgresServer.start();
    pool = await createPostgresPool(server.url);
    store = new TimeLimitedIdempotencyStore(new PostgresIdempotencyStore(pool), PATIENT_MS);
  });

  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  it('have a table that the first of concurrent stores creates', async () => {
    const stores = Array.from({ length: 5 }, () => new PostgresIdempotencyStore(pool));

    const states = await Promise.all(stores.map((each) => each.begin(createClaim())));

    expect(states).toEqual(stores.map(() => ({ status: 'started' })));
  });

  specifyIdempotencyStore(() => store);

  it('are removed after expiry', async () => {
    const expired = createClaim({ leaseMs: 0, keepMs: 0 });
    await store.begin(expired);
    const rows = () => pool.query('SELECT 1 FROM trunkline_idempotency WHERE key = $1', [expired.key]);

    await new PostgresIdempotencyStore(pool).begin(createClaim());

    let { rowCount } = await rows();
    while (rowCount === 1) ({ rowCount } = await rows());
    expect(rowCount).toBe(0);
  });

  it('survive a crash of the database, and are unavailable meanwhile', async () => {
    const first = createClaim();
    await store.begin(first);
    await store.finish(first, CREATED_RESPONSE);

    await server.kill();
    await expect(store.begin(repeatClaim(first))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();

    expect(await store.begin(repeatClaim(first))).toEqual({ status: 'replay', response: CREATED_RESPONSE });
  });
});

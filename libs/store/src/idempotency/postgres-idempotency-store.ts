import type { Pool } from 'pg';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { type KeptAnswer, readAnswer, writeAnswer } from './kept-answer';

/** Any number that nobody else locks: the first eight letters of "idempote". */
const LOCK = '7594306392365692005';
const SWEEP_EVERY_MS = 60_000;
const SWEEP_BATCH = 1_000;
/** A record may go between the two looks at it; more often than this it does not. */
const MOST_LOOKS = 5;

const EXISTS = `SELECT to_regclass('trunkline_idempotency') IS NOT NULL AS "is"`;

/** One transaction: several processes may come to a new database at once. */
const CREATE = `
SELECT pg_advisory_xact_lock(${LOCK});
CREATE TABLE IF NOT EXISTS trunkline_idempotency (
  key text PRIMARY KEY,
  fingerprint text NOT NULL,
  token text NOT NULL,
  answer text,
  lease_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS trunkline_idempotency_expires_at ON trunkline_idempotency (expires_at)`;

const BEGIN = `
INSERT INTO trunkline_idempotency AS kept (key, fingerprint, token, lease_until, expires_at)
VALUES ($1, $2, $3, now() + $4 * interval '1 ms', now() + greatest($4, $5) * interval '1 ms')
ON CONFLICT (key) DO UPDATE
SET fingerprint = excluded.fingerprint, token = excluded.token, answer = NULL,
    lease_until = excluded.lease_until, expires_at = excluded.expires_at
WHERE kept.expires_at <= now()
RETURNING key`;

const LOOK = `
SELECT fingerprint, answer, lease_until > now() AS "isRunning" FROM trunkline_idempotency
WHERE key = $1 AND expires_at > now()`;

const FINISH = `
UPDATE trunkline_idempotency SET answer = $3, expires_at = now() + $4 * interval '1 ms'
WHERE key = $1 AND token = $2 AND answer IS NULL`;

const FREE = `DELETE FROM trunkline_idempotency WHERE key = $1 AND token = $2 AND answer IS NULL`;

const SWEEP = `
DELETE FROM trunkline_idempotency WHERE key IN (
  SELECT key FROM trunkline_idempotency WHERE expires_at <= now()
  ORDER BY expires_at LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED
)`;

interface KeptRow {
  readonly fingerprint: string;
  readonly answer: string | null;
  readonly isRunning: boolean;
}

/**
 * Keeps the records in PostgreSQL, for all processes that share the database: what has been committed survives a crash of either.
 * The one table, `trunkline_idempotency`, is made on first use; where the database's user may not, make it beforehand.
 */
export class PostgresIdempotencyStore extends IdempotencyStore {
  #ready: Promise<void> | undefined;
  #sweptAtMs = 0;

  /** @param pool - ended with the store */
  constructor(private readonly pool: Pool) {
    super();
  }

  async begin(claim: IdempotencyClaim): Promise<IdempotencyState> {
    await this.#table();
    this.#sweepIfDue();
    const { key, fingerprint, token, leaseMs, keepMs } = claim;
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const { rowCount } = await this.pool.query(BEGIN, [key, fingerprint, token, leaseMs, keepMs]);
      if (rowCount === 1) return { is: 'started' };
      const { rows } = await this.pool.query<KeptRow>(LOOK, [key]);
      if (rows[0]) return stateOf(rows[0], claim);
    }
    throw new Error('an idempotency record came and went');
  }

  async finish({ key, token, keepMs }: IdempotencyClaim, answer: KeptAnswer): Promise<void> {
    await this.pool.query(FINISH, [key, token, writeAnswer(answer), keepMs]);
  }

  async free({ key, token }: IdempotencyClaim): Promise<void> {
    await this.pool.query(FREE, [key, token]);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** The next request tries again if it fails. */
  #table(): Promise<void> {
    return (this.#ready ??= this.#makeTable().catch((thrown: unknown) => {
      this.#ready = undefined;
      throw thrown;
    }));
  }

  async #makeTable(): Promise<void> {
    // Asked first: CREATE needs the right to it even where the table is there.
    const { rows } = await this.pool.query<{ is: boolean }>(EXISTS);
    if (rows[0]?.is !== true) await this.pool.query(CREATE);
  }

  /** Without a timer of its own: records expire because there were requests, and are in nobody's way until there are more. */
  #sweepIfDue(): void {
    const nowMs = performance.now();
    if (this.#sweptAtMs > 0 && nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    // What could not be removed now will be a minute later.
    this.#sweep().catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    let removed: number | null = SWEEP_BATCH;
    while (removed === SWEEP_BATCH) ({ rowCount: removed } = await this.pool.query(SWEEP));
  }
}

function stateOf({ fingerprint, answer, isRunning }: KeptRow, claim: IdempotencyClaim): IdempotencyState {
  if (fingerprint !== claim.fingerprint) return { is: 'mismatch' };
  if (answer !== null) return { is: 'replay', answer: readAnswer(answer) };
  return { is: isRunning ? 'running' : 'unknown' };
}

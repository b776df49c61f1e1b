import type { Pool } from 'pg';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { createStatements, type IdempotencyStatements, SWEEP_BATCH } from './idempotency-statements';
import { type StoredResponse, parseStoredResponse, serializeStoredResponse } from './stored-response';

const SWEEP_INTERVAL_MS = 60_000;
/** A record may expire between the two statements of a look-up. */
const MAX_LOOKUPS = 5;

interface RecordRow {
  readonly fingerprint: string;
  readonly answer: string | null;
  readonly isRunning: boolean;
}

/**
 * Stores the records in PostgreSQL, for all processes that share the database. Committed records survive crashes. The table
 * `trunkline_idempotency` is created on first use; if the user lacks the privilege, create it beforehand.
 */
export class PostgresIdempotencyStore extends IdempotencyStore {
  #ready: Promise<void> | undefined;
  #sweptAtMs = 0;

  readonly #statements: IdempotencyStatements;

  /**
   * @param pool - closed with the store
   * @param schema - schema of the table. Default: the first schema of the search path
   */
  constructor(
    private readonly pool: Pool,
    schema?: string,
  ) {
    super();
    this.#statements = createStatements(schema);
  }

  async begin(claim: IdempotencyClaim): Promise<IdempotencyState> {
    await this.#ensureTable();
    this.#sweepIfDue();
    const { key, fingerprint, token, leaseMs, keepMs } = claim;
    for (let look = 0; look < MAX_LOOKUPS; look += 1) {
      const { rowCount } = await this.pool.query(this.#statements.begin, [key, fingerprint, token, leaseMs, keepMs]);
      if (rowCount === 1) return { status: 'started' };
      const { rows } = await this.pool.query<RecordRow>(this.#statements.find, [key]);
      if (rows[0]) return parseRow(rows[0], claim);
    }
    throw new Error('an idempotency record changed during every look-up');
  }

  async finish({ key, token, keepMs }: IdempotencyClaim, response: StoredResponse): Promise<void> {
    await this.pool.query(this.#statements.finish, [key, token, serializeStoredResponse(response), keepMs]);
  }

  async release({ key, token }: IdempotencyClaim): Promise<void> {
    await this.pool.query(this.#statements.release, [key, token]);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** Creates the table once. After a failure, the next request retries. */
  #ensureTable(): Promise<void> {
    return (this.#ready ??= this.#createTable().catch((thrown: unknown) => {
      this.#ready = undefined;
      throw thrown;
    }));
  }

  async #createTable(): Promise<void> {
    // CREATE requires the privilege even if the table exists.
    const { rows } = await this.pool.query<{ exists: boolean }>(this.#statements.tableExists);
    if (rows[0]?.exists !== true) await this.pool.query(this.#statements.createTable);
  }

  /** Removes expired records, at most once a minute. Requests trigger it, since records only grow with requests. */
  #sweepIfDue(): void {
    const nowMs = performance.now();
    if (this.#sweptAtMs > 0 && nowMs - this.#sweptAtMs < SWEEP_INTERVAL_MS) return;
    this.#sweptAtMs = nowMs;
    // The next sweep removes what this one could not.
    this.#sweep().catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    let removed: number | null = SWEEP_BATCH;
    while (removed === SWEEP_BATCH) ({ rowCount: removed } = await this.pool.query(this.#statements.sweep));
  }
}

function parseRow({ fingerprint, answer, isRunning }: RecordRow, claim: IdempotencyClaim): IdempotencyState {
  if (fingerprint !== claim.fingerprint) return { status: 'mismatch' };
  if (answer !== null) return { status: 'replay', response: parseStoredResponse(answer) };
  return { status: isRunning ? 'running' : 'unknown' };
}

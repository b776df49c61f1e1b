import type { Pool } from 'pg';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { createStatements, type IdempotencyStatements, SWEEP_BATCH } from './idempotency-statements';
import { type StoredResponse, parseStoredResponse, serializeStoredResponse } from './stored-response';

const SWEEP_INTERVAL_MS = 60_000;
/** A record may go between the two looks at it; more often than this it does not. */
const MAX_LOOKUPS = 5;

interface RecordRow {
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

  readonly #statements: IdempotencyStatements;

  /**
   * @param pool - ended with the store
   * @param schema - where the table is. Default: the first schema of the search path
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
      if (rowCount === 1) return { is: 'started' };
      const { rows } = await this.pool.query<RecordRow>(this.#statements.find, [key]);
      if (rows[0]) return parseRow(rows[0], claim);
    }
    throw new Error('an idempotency record came and went');
  }

  async finish({ key, token, keepMs }: IdempotencyClaim, answer: StoredResponse): Promise<void> {
    await this.pool.query(this.#statements.finish, [key, token, serializeStoredResponse(answer), keepMs]);
  }

  async release({ key, token }: IdempotencyClaim): Promise<void> {
    await this.pool.query(this.#statements.release, [key, token]);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** The next request tries again if it fails. */
  #ensureTable(): Promise<void> {
    return (this.#ready ??= this.#createTable().catch((thrown: unknown) => {
      this.#ready = undefined;
      throw thrown;
    }));
  }

  async #createTable(): Promise<void> {
    // Asked first: CREATE needs the right to it even where the table is there.
    const { rows } = await this.pool.query<{ is: boolean }>(this.#statements.tableExists);
    if (rows[0]?.is !== true) await this.pool.query(this.#statements.createTable);
  }

  /** Without a timer of its own: records expire because there were requests, and are in nobody's way until there are more. */
  #sweepIfDue(): void {
    const nowMs = performance.now();
    if (this.#sweptAtMs > 0 && nowMs - this.#sweptAtMs < SWEEP_INTERVAL_MS) return;
    this.#sweptAtMs = nowMs;
    // What could not be removed now will be a minute later.
    this.#sweep().catch(() => undefined);
  }

  async #sweep(): Promise<void> {
    let removed: number | null = SWEEP_BATCH;
    while (removed === SWEEP_BATCH) ({ rowCount: removed } = await this.pool.query(this.#statements.sweep));
  }
}

function parseRow({ fingerprint, answer, isRunning }: RecordRow, claim: IdempotencyClaim): IdempotencyState {
  if (fingerprint !== claim.fingerprint) return { is: 'mismatch' };
  if (answer !== null) return { is: 'replay', response: parseStoredResponse(answer) };
  return { is: isRunning ? 'running' : 'unknown' };
}

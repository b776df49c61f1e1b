import type { Pool } from 'pg';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import { createStatements, type IdempotencyStatements, SWEEP_BATCH } from './idempotency-statements';
import { type KeptAnswer, readAnswer, writeAnswer } from './kept-answer';

const SWEEP_EVERY_MS = 60_000;
/** A record may go between the two looks at it; more often than this it does not. */
const MOST_LOOKS = 5;

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
    await this.#table();
    this.#sweepIfDue();
    const { key, fingerprint, token, leaseMs, keepMs } = claim;
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const { rowCount } = await this.pool.query(this.#statements.begin, [key, fingerprint, token, leaseMs, keepMs]);
      if (rowCount === 1) return { is: 'started' };
      const { rows } = await this.pool.query<KeptRow>(this.#statements.look, [key]);
      if (rows[0]) return stateOf(rows[0], claim);
    }
    throw new Error('an idempotency record came and went');
  }

  async finish({ key, token, keepMs }: IdempotencyClaim, answer: KeptAnswer): Promise<void> {
    await this.pool.query(this.#statements.finish, [key, token, writeAnswer(answer), keepMs]);
  }

  async free({ key, token }: IdempotencyClaim): Promise<void> {
    await this.pool.query(this.#statements.free, [key, token]);
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
    const { rows } = await this.pool.query<{ is: boolean }>(this.#statements.exists);
    if (rows[0]?.is !== true) await this.pool.query(this.#statements.create);
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
    while (removed === SWEEP_BATCH) ({ rowCount: removed } = await this.pool.query(this.#statements.sweep));
  }
}

function stateOf({ fingerprint, answer, isRunning }: KeptRow, claim: IdempotencyClaim): IdempotencyState {
  if (fingerprint !== claim.fingerprint) return { is: 'mismatch' };
  if (answer !== null) return { is: 'replay', answer: readAnswer(answer) };
  return { is: isRunning ? 'running' : 'unknown' };
}

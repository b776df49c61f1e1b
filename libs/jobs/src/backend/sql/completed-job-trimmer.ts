import type { KeepJobs } from 'bullmq';
import type { SqlDatabase } from './sql-database';

/** How long completed jobs of a queue are collected before one statement trims them. */
const TRIM_DELAY_MS = 500;
/** Jobs removed by one statement for each of both limits, so that other statements do not wait long. */
const BATCH_SIZE = 1_000;
const KEEP_ALL = Number.MAX_SAFE_INTEGER;

/**
 * Removes the jobs beyond the limits, which no other transaction has locked. `OFFSET` and `FOR UPDATE` are in two queries: in one, the
 * jobs that are kept would be locked, and those that another host has locked would not be counted.
 */
const TRIM = `
DELETE FROM job WHERE queue = $1 AND id IN (
  SELECT id FROM job WHERE queue = $1 AND state = 'completed' AND id IN (
    (SELECT id FROM job WHERE queue = $1 AND state = 'completed'
      ORDER BY finished_at_ms DESC, seq DESC OFFSET $2::bigint LIMIT ${BATCH_SIZE})
    UNION
    (SELECT id FROM job WHERE queue = $1 AND state = 'completed' AND finished_at_ms <= $3::bigint LIMIT ${BATCH_SIZE})
  ) FOR UPDATE SKIP LOCKED
)`;

/**
 * Removes completed jobs beyond the age and the number that are kept, soon after other jobs of the queue have completed.
 *
 * BullMQ removes them in the transaction that completes a job. On PostgreSQL, two such transactions select the same jobs and can
 * deadlock: the completed job of one of them counts as failed, and is run again. Each of them also sorts all jobs that are kept.
 */
export class CompletedJobTrimmer {
  readonly #pendingQueues = new Set<string>();

  constructor(private readonly database: Pick<SqlDatabase, 'query'>) {}

  /** Trims a queue in half a second, once for all jobs that complete until then. @param keep - `age` is in seconds */
  schedule(queue: string, keep: KeepJobs): void {
    if (this.#pendingQueues.has(queue)) return;
    this.#pendingQueues.add(queue);
    setTimeout(() => void this.#trim(queue, keep), TRIM_DELAY_MS).unref();
  }

  async #trim(queue: string, keep: KeepJobs): Promise<void> {
    this.#pendingQueues.delete(queue);
    const oldestMs = 'age' in keep ? Date.now() - keep.age * 1_000 : -1;
    try {
      const params = [queue, keep.count ?? KEEP_ALL, oldestMs];
      while (((await this.database.query(TRIM, params)).rowCount ?? 0) >= BATCH_SIZE);
    } catch {
      // The store is closed or unavailable. The next job that completes makes up for it.
    }
  }
}

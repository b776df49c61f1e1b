import { setImmediate as endOfTick, setTimeout as pause } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './redis-client';

const POLL_INTERVAL_MS = 5;
/** If several callers wait, more follow soon: one check serves them all (as PostgreSQL's `commit_delay`). */
const BATCH_WINDOW_MS = 2;
const WRITTEN_BYTES = /^aof_current_size:(\d+)/m;
const BUFFERED_BYTES = /^aof_buffer_length:(\d+)/m;

/** Bytes in the file, and bytes still to be written to it. */
interface WriteProgress {
  readonly writtenBytes: number;
  readonly bufferedBytes: number;
}

/**
 * The append-only file of a Redis that acknowledges commands before it has written them.
 *
 * With `appendfsync everysec`, Redis delays writes for up to two seconds while the disk is busy, and acknowledges commands all the
 * same: a crash loses jobs that were acknowledged and not yet written.
 */
export class AppendOnlyFile {
  /** The next check, which all current callers share. */
  #nextCheck: Promise<void> | undefined;
  #waiterCount = 0;
  #wasShared = false;
  #checkedAtMs = 0;

  constructor(private readonly client: RedisClient) {}

  /**
   * Resolves once all acknowledged commands are written, so that they survive a crash of Redis.
   *
   * Callers within one event-loop iteration share a check. If several did, callers within the next two milliseconds share one, too.
   */
  waitUntilWritten(): Promise<void> {
    this.#waiterCount += 1;
    return (this.#nextCheck ??= this.#checkNext());
  }

  async #checkNext(): Promise<void> {
    await endOfTick();
    const delayMs = this.#checkedAtMs + BATCH_WINDOW_MS - performance.now();
    if (this.#wasShared && delayMs > 0) await pause(delayMs);
    this.#wasShared = this.#waiterCount > 1;
    this.#waiterCount = 0;
    this.#checkedAtMs = performance.now();
    this.#nextCheck = undefined;
    await this.#check();
  }

  async #check(): Promise<void> {
    const nodes = this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
    await Promise.all(nodes.map(waitUntilNodeWritten));
  }
}

async function waitUntilNodeWritten(node: Redis): Promise<void> {
  let progress = await readProgress(node);
  let targetBytes = progress.writtenBytes + progress.bufferedBytes;
  while (progress.bufferedBytes > 0 && progress.writtenBytes < targetBytes) {
    await pause(POLL_INTERVAL_MS);
    const latest = await readProgress(node);
    // A shorter file is a new one: Redis has rewritten it.
    if (latest.writtenBytes < progress.writtenBytes) targetBytes = latest.writtenBytes + latest.bufferedBytes;
    progress = latest;
  }
}

/** A server that does not report these numbers, such as a store compatible with Redis, counts as having written everything. */
async function readProgress(node: Redis): Promise<WriteProgress> {
  const info = await node.info('persistence');
  return {
    writtenBytes: Number(WRITTEN_BYTES.exec(info)?.[1] ?? 0),
    bufferedBytes: Number(BUFFERED_BYTES.exec(info)?.[1] ?? 0),
  };
}

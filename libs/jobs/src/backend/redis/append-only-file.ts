import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './redis-clients';

const LOOK_AGAIN_AFTER_MS = 5;
/** Where several wait, more are soon to come: one look for them all costs as much as one for each would (as PostgreSQL's `commit_delay`). */
const TOGETHER_WITHIN_MS = 2;
const WRITTEN = /^aof_current_size:(\d+)/m;
const WAITING = /^aof_buffer_length:(\d+)/m;

/** Bytes of the file, and bytes that are still to be written to it. */
interface Progress {
  readonly written: number;
  readonly waiting: number;
}

/**
 * The append-only file of a Redis that writes what it acknowledges, but not before it acknowledges it.
 *
 * With `appendfsync everysec`, Redis holds writes back for up to two seconds while the disk is busy, and acknowledges commands all
 * the same: killed again and again under load, it lost 9 of 2 645 jobs that were acknowledged and not yet written.
 */
export class AppendOnlyFile {
  /** What those are told of who ask now. */
  #next: Promise<void> | undefined;
  #asking = 0;
  #wasShared = false;
  #lookedAtMs = 0;

  constructor(private readonly client: RedisClient) {}

  /**
   * Resolves once all that has been acknowledged is written, so that it outlives Redis.
   *
   * Those who ask within one turn share a look; where they did, so do those who ask within the next two milliseconds.
   */
  written(): Promise<void> {
    this.#asking += 1;
    return (this.#next ??= this.#lookNext());
  }

  async #lookNext(): Promise<void> {
    await turn();
    const waitMs = this.#lookedAtMs + TOGETHER_WITHIN_MS - performance.now();
    if (this.#wasShared && waitMs > 0) await pause(waitMs);
    this.#wasShared = this.#asking > 1;
    this.#asking = 0;
    this.#lookedAtMs = performance.now();
    this.#next = undefined;
    await this.#look();
  }

  async #look(): Promise<void> {
    const nodes = this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
    await Promise.all(nodes.map(allWritten));
  }
}

async function allWritten(node: Redis): Promise<void> {
  let seen = await progressOf(node);
  let goal = seen.written + seen.waiting;
  while (seen.waiting > 0 && seen.written < goal) {
    await pause(LOOK_AGAIN_AFTER_MS);
    const now = await progressOf(node);
    // A file that has become shorter is a new one, which was written anew.
    if (now.written < seen.written) goal = now.written + now.waiting;
    seen = now;
  }
}

/** A store that is not Redis, and does not tell, is taken for one that has nothing to tell. */
async function progressOf(node: Redis): Promise<Progress> {
  const info = await node.info('persistence');
  return { written: Number(WRITTEN.exec(info)?.[1] ?? 0), waiting: Number(WAITING.exec(info)?.[1] ?? 0) };
}

import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './redis-clients';

const LOOK_AGAIN_AFTER_MS = 5;
/** Where several wait, more are soon to come: a look for all of them costs as much as one for each would (as PostgreSQL's `commit_delay`). */
const TOGETHER_WITHIN_MS = 3;
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
  #underWay: Promise<void> | undefined;
  #asking = 0;
  #wasShared = false;

  constructor(private readonly client: RedisClient) {}

  /**
   * Resolves once all that has been acknowledged is written, so that it outlives Redis.
   *
   * There is one look at a time, and one for all who ask during the one before: many jobs cost as much as one.
   */
  written(): Promise<void> {
    this.#asking += 1;
    return (this.#next ??= this.#lookNext());
  }

  async #lookNext(): Promise<void> {
    // A look that is under way may have been too early for who asks now, and its failure is not theirs.
    await Promise.allSettled([this.#underWay ?? turn()]);
    if (this.#wasShared) await pause(TOGETHER_WITHIN_MS);
    this.#wasShared = this.#asking > 1;
    this.#asking = 0;
    const look = this.#look();
    this.#underWay = look;
    this.#next = undefined;
    try {
      await look;
    } finally {
      if (this.#underWay === look) this.#underWay = undefined;
    }
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

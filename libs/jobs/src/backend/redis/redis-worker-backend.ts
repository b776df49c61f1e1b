import { RedisQueueBackend } from 'bullmq';

const MAX_BLOCK_SECONDS = 2;

/**
 * A worker's part of Redis. It waits for a job two seconds at a time instead of BullMQ's ten, so that the silence of a server
 * that hangs can be told from the silence of a queue that is empty.
 */
export class RedisWorkerBackend extends RedisQueueBackend {
  override get maximumBlockTimeout(): number {
    return MAX_BLOCK_SECONDS;
  }
}

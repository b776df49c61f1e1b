import { RedisQueueBackend } from 'bullmq';

const MAX_BLOCK_SECONDS = 2;

/**
 * BullMQ's Redis backend for a worker. It blocks for two seconds at a time instead of BullMQ's ten, so that a server that hangs is
 * distinguished from an empty queue.
 */
export class RedisWorkerBackend extends RedisQueueBackend {
  override get maximumBlockTimeout(): number {
    return MAX_BLOCK_SECONDS;
  }
}

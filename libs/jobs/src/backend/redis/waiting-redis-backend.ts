import { RedisQueueBackend } from 'bullmq';

const LONGEST_WAIT_SECONDS = 2;

/**
 * A worker's part of Redis. It waits for a job two seconds at a time instead of BullMQ's ten, so that the silence of a server
 * that hangs can be told from the silence of a queue that is empty.
 */
export class WaitingRedisBackend extends RedisQueueBackend {
  override get maximumBlockTimeout(): number {
    return LONGEST_WAIT_SECONDS;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Idempotency } from '@trunkline/channels';
import type { RedisConnection } from '@trunkline/store';
import type { BusConfig } from '../config/bus-config';
import { BUS_CONFIG, REDIS } from '../module/tokens';

/** The end of what outlives the connections of clients: requests that go on without them, and the stores that their answers go to. */
@Injectable()
export class DetachedRequests implements BeforeApplicationShutdown {
  #graceEndsAtMs = 0;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(REDIS) private readonly redis: RedisConnection | undefined,
    private readonly idempotency: Idempotency,
  ) {}

  beforeApplicationShutdown(): void {
    const { drain, grace } = this.config.bus.shutdown;
    this.#graceEndsAtMs = performance.now() + drain + grace;
  }

  /** Resolves when these requests have ended, at the latest when the grace of the shutdown has run out. */
  async waitUntilSettled(): Promise<void> {
    const leftMs = Math.max(0, this.#graceEndsAtMs - performance.now());
    const inTime = new AbortController();
    const late = sleep(leftMs, undefined, { signal: inTime.signal }).catch(() => undefined);
    await Promise.race([this.idempotency.waitUntilSettled(), late]);
    inTime.abort();
  }

  /** Lets go of the stores. */
  async closeStores(): Promise<void> {
    await this.idempotency.close();
    this.redis?.close();
  }
}

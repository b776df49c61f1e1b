import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EDGE, type Edge } from '@trunkline/channels';
import type { BusConfig } from './bus-config';
import { BUS_CONFIG } from './tokens';

/** How often a bus that ends lets go of connections that have become idle. */
const RELEASE_EVERY_MS = 50;

/**
 * The end of an application with a bus, between the signal and the last answer: readiness turns down, for `drain` it goes on
 * serving, then Nest stops accepting, and what is in flight has until `grace`.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown, OnApplicationShutdown {
  #release: NodeJS.Timeout | undefined;
  #cut: NodeJS.Timeout | undefined;
  #isInTime = true;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(EDGE) private readonly edge: Edge | undefined,
  ) {}

  /** Did everything end within `grace`, or had requests to be cut off? */
  get isInTime(): boolean {
    return this.#isInTime;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { edge } = this;
    if (!edge) return;
    const { drain, grace } = this.config.bus.shutdown;
    edge.drain();
    if (drain > 0) await sleep(drain);
    this.#release = setInterval(() => edge.server.closeIdleConnections(), RELEASE_EVERY_MS);
    this.#cut = setTimeout(() => {
      this.#isInTime = false;
      edge.server.closeAllConnections();
    }, grace);
  }

  onApplicationShutdown(): void {
    clearInterval(this.#release);
    clearTimeout(this.#cut);
  }
}

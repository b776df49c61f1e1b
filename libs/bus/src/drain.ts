import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { EDGE, type Edge } from '@trunkline/channels';
import { Jobs } from '@trunkline/jobs';
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
  #jobsFinished: Promise<void> | undefined;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(EDGE) private readonly edge: Edge | undefined,
    private readonly jobs: Jobs,
  ) {}

  /** Did everything end within `grace`, or had requests to be cut off? */
  get isInTime(): boolean {
    return this.#isInTime;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { edge, jobs } = this;
    const { drain, grace } = this.config.bus.shutdown;
    edge?.drain();
    if (edge && drain > 0) await sleep(drain);
    // Jobs and requests end side by side, within one and the same grace.
    await jobs.stopTaking();
    this.#jobsFinished = jobs.finish(grace);
    if (!edge) return;
    await edge.arrived();
    this.#release = setInterval(() => edge.closeIdleConnections(), RELEASE_EVERY_MS);
    this.#cut = setTimeout(() => {
      this.#isInTime = false;
      edge.server.closeAllConnections();
    }, grace);
    // Jobs may take longer than the last request; that cuts nobody off.
    edge.server.once('close', () => clearTimeout(this.#cut));
  }

  /** Resolves once no job runs here any more: they have ended, or gone back to where they were. */
  async whenJobsFinished(): Promise<void> {
    await this.#jobsFinished;
  }

  onApplicationShutdown(): void {
    clearInterval(this.#release);
    clearTimeout(this.#cut);
  }
}

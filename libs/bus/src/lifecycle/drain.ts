import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type HttpListener } from '@trunkline/http-server';
import { Jobs } from '@trunkline/jobs';
import type { BusConfig } from '../config/bus-config';
import { BUS_CONFIG } from '../module/tokens';

/** How often a bus that ends lets go of connections that have become idle. */
const IDLE_SWEEP_INTERVAL_MS = 50;

/**
 * The end of an application with a bus, between the signal and the last answer: readiness turns down, for `drain` it goes on
 * serving, then Nest stops accepting, and what is in flight has until `grace`.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown, OnApplicationShutdown {
  #idleSweepTimer: NodeJS.Timeout | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #endedInTime = true;
  #jobsFinished: Promise<void> | undefined;

  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
    private readonly jobs: Jobs,
  ) {}

  /** Did everything end within `grace`, or had requests to be cut off? */
  get endedInTime(): boolean {
    return this.#endedInTime;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { listener, jobs } = this;
    const { drain, grace } = this.config.bus.shutdown;
    listener?.drain();
    if (listener && drain > 0) await sleep(drain);
    // Jobs and requests end side by side, within one and the same grace.
    await jobs.pause();
    this.#jobsFinished = jobs.finish(grace);
    if (!listener) return;
    await listener.drainAcceptBacklog();
    this.#idleSweepTimer = setInterval(() => listener.closeIdleConnections(), IDLE_SWEEP_INTERVAL_MS);
    this.#graceTimer = setTimeout(() => {
      this.#endedInTime = false;
      listener.server.closeAllConnections();
    }, grace);
    // Jobs may take longer than the last request; that cuts nobody off.
    listener.server.once('close', () => clearTimeout(this.#graceTimer));
  }

  /** Resolves once no job runs here any more: they have ended, or gone back to where they were. */
  async waitForJobs(): Promise<void> {
    await this.#jobsFinished;
  }

  onApplicationShutdown(): void {
    clearInterval(this.#idleSweepTimer);
    clearTimeout(this.#graceTimer);
  }
}

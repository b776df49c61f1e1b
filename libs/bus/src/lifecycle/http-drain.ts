import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type HttpListener } from '@trunkline/http-server';
import { waitAtMost } from './wait-at-most';

/** How often a bus that shuts down closes the connections that have become idle. */
const IDLE_SWEEP_INTERVAL_MS = 50;

/** Ends the HTTP traffic of an application. Without a listener of the bus, only the adapter of the application is closed. */
@Injectable()
export class HttpDrain {
  #closed: Promise<void> = Promise.resolve();
  #isClosed = false;
  #endedInTime = true;

  constructor(
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Whether the application has the listener of the bus. */
  get hasListener(): boolean {
    return this.listener !== undefined;
  }

  /** `false` when requests were cut off at the deadline. */
  get endedInTime(): boolean {
    return this.#endedInTime;
  }

  /** Makes `/health/ready` report 503, and every response close its connection. */
  reportNotReady(): void {
    this.listener?.drain();
  }

  /** Waits until load balancers have noticed that the bus is not ready. Requests are served meanwhile. */
  async keepServing(drainMs: number): Promise<void> {
    if (drainMs > 0) await sleep(drainMs);
  }

  /** Waits for the connections that the kernel has accepted: closing the listener would reset them. */
  async drainAcceptBacklog(): Promise<void> {
    await this.listener?.drainAcceptBacklog();
  }

  /** Closes the port. Nest would close it after the shutdown hooks, when outgoing connections and stores are closed already. */
  stopAccepting(): void {
    this.#closed = this.#closeAdapter();
    // A failure is reported by drainRequests().
    this.#closed.catch(() => undefined);
  }

  /** Waits for the requests in flight while it closes idle connections, and cuts off what is left at the deadline. */
  async drainRequests(deadlineMs: number): Promise<void> {
    const { listener } = this;
    if (!listener) return waitAtMost(deadlineMs - performance.now(), this.#closed);
    while (this.#isOpen(listener) && performance.now() < deadlineMs) {
      listener.closeIdleConnections();
      await waitAtMost(Math.min(IDLE_SWEEP_INTERVAL_MS, deadlineMs - performance.now()), this.#closed);
    }
    if (!this.#isOpen(listener)) return;
    this.#endedInTime = false;
    listener.server.closeAllConnections();
    await waitAtMost(IDLE_SWEEP_INTERVAL_MS, this.#closed);
  }

  async #closeAdapter(): Promise<void> {
    await this.adapterHost.httpAdapter?.close();
    this.#isClosed = true;
  }

  /** A server with upgraded connections, such as WebSockets, is open until Nest closes these, after the shutdown hooks. */
  #isOpen({ hasHttpConnections }: HttpListener): boolean {
    return !this.#isClosed && hasHttpConnections;
  }
}

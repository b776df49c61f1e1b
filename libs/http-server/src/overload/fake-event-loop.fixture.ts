import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { EventLoopClock } from './event-loop-clock';

/** An event loop that a spec advances manually, with the fake timers of Jest. */
export class FakeEventLoop implements EventLoopClock {
  #nowMs = 1_000;
  #idleMs = 0;
  #cpuMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  idleMs(): number {
    return this.#idleMs;
  }

  cpuMs(): number {
    return this.#cpuMs;
  }

  /** Spends CPU time within the current tick. */
  spendCpu(ms: number): void {
    this.#nowMs += ms;
    this.#cpuMs += ms;
  }

  /** Runs a tick with the given CPU time, then the pending timers. */
  runTick(ms: number): void {
    this.spendCpu(ms);
    jest.runOnlyPendingTimers();
  }

  /** Runs ticks without work for the given time. */
  runIdleTicks(ms: number): void {
    for (let left = ms; left > 0; left -= 20) {
      const stepMs = Math.min(20, left);
      this.#nowMs += stepMs;
      this.#idleMs += stepMs;
      jest.runOnlyPendingTimers();
    }
  }

  /** Gives the CPU to another process for the given time. */
  preempt(ms: number): void {
    this.#nowMs += ms;
    jest.runOnlyPendingTimers();
  }
}

/** Creates a request without a client, and its response. */
export function createExchange(): [IncomingMessage, ServerResponse] {
  const request = new IncomingMessage(new Socket());
  return [request, new ServerResponse(request)];
}

/** Marks a response as sent. */
export function finishResponse(response: ServerResponse): void {
  Object.defineProperty(response, 'writableFinished', { value: true });
  response.emit('close');
}

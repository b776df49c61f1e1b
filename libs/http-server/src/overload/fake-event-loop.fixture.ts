import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { EventLoopClock } from './event-loop-clock';

/** A loop that a spec turns by hand. Its timers are Jest's. */
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

  /** Time in which the loop works, within a turn. */
  spendCpu(ms: number): void {
    this.#nowMs += ms;
    this.#cpuMs += ms;
  }

  /** A turn that works for so long; whose timers are due then, are run. */
  runTick(ms: number): void {
    this.spendCpu(ms);
    jest.runOnlyPendingTimers();
  }

  /** Turns that find nothing to do. */
  runIdleTicks(ms: number): void {
    for (let left = ms; left > 0; left -= 20) {
      const stepMs = Math.min(20, left);
      this.#nowMs += stepMs;
      this.#idleMs += stepMs;
      jest.runOnlyPendingTimers();
    }
  }

  /** Another process has the CPU. */
  preempt(ms: number): void {
    this.#nowMs += ms;
    jest.runOnlyPendingTimers();
  }
}

/** A request that nobody has sent, and the answer to it. */
export function createExchange(): [IncomingMessage, ServerResponse] {
  const request = new IncomingMessage(new Socket());
  return [request, new ServerResponse(request)];
}

/** Says of an answer that it is given. */
export function finishResponse(response: ServerResponse): void {
  Object.defineProperty(response, 'writableFinished', { value: true });
  response.emit('close');
}

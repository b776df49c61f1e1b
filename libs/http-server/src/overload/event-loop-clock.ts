import { performance } from 'node:perf_hooks';
import { type Clock, systemClock } from '@trunkline/time';

/** The times of an event loop, in milliseconds, so that a test can hold them in its hand. */
export interface EventLoopClock extends Clock {
  /** What the loop has waited for events so far. */
  idleMs(): number;
  /** CPU time that the process has taken so far. */
  cpuMs(): number;
}

const TIMING = performance.nodeTiming;

/** The times of this process. */
export const eventLoopClock: EventLoopClock = {
  nowMs: () => systemClock.nowMs(),
  idleMs: () => TIMING.idleTime,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};

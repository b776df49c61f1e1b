import { performance } from 'node:perf_hooks';
import { type Clock, systemClock } from '@trunkline/time';

/** The clocks of an event loop in milliseconds, which a spec can replace. */
export interface EventLoopClock extends Clock {
  /** Total time that the event loop has waited for events. */
  idleMs(): number;
  /** Total CPU time of the process. */
  cpuMs(): number;
}

const TIMING = performance.nodeTiming;

/** The clocks of this process. */
export const eventLoopClock: EventLoopClock = {
  nowMs: () => systemClock.nowMs(),
  idleMs: () => TIMING.idleTime,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};

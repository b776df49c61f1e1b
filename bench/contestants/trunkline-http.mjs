// The bus of bench/bus, listening.
import { Bus } from 'trunkline';
import { runContestant } from '../contestant.mjs';

const bus = await Bus.create({ config: new URL('../bus/config', import.meta.url).pathname, port: 0 });
await bus.listen();

runContestant({
  port: () => Number(new URL(bus.url).port),
  /** CPU time, and time in which there was nothing to do: all time but that which other processes took. */
  ownMicros: () => {
    const { user, system } = process.cpuUsage();
    return user + system + performance.nodeTiming.idleTime * 1_000;
  },
});

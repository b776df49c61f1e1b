// The bus of bench/bus, listening.
import { Bus } from 'trunkline';
import { runContestant } from '../contestant.mjs';

const bus = await Bus.create({ config: new URL('../bus/config', import.meta.url).pathname, port: 0 });
await bus.listen();

runContestant({
  port: () => Number(new URL(bus.url).port),
  /** CPU time plus idle time: all time except that of other processes. */
  ownMicros: () => {
    const { user, system } = process.cpuUsage();
    return user + system + performance.nodeTiming.idleTime * 1_000;
  },
});

// Invocation by name in the process.
import { createBusOnDisk } from '../processes/bus-on-disk.mjs';
import { createSeries } from './series.mjs';

const INVOCATIONS = { size: 100_000, warmUp: 300_000 };

/** CPU time per invocation, as the figures `synchronous` and `asynchronous` in nanoseconds. */
const createMeter = (contestant) => async (count) => ({
  synchronous: await contestant.request('nanosPerCall', { callee: 'synchronous', count }),
  asynchronous: await contestant.request('nanosPerCall', { callee: 'asynchronous', count }),
});

const createBusSeries = (services) =>
  createSeries('trunkline-invoke', createMeter, async ({ trunkline }) => ({
    env: { BENCH_SERVICES: String(services), BENCH_CONFIG: createBusOnDisk(trunkline) },
  }));

const ROW = { peerName: 'moleculer `broker.call`', unit: 'ns', most: 0.5, mostOurs: 400 };

export const invoke = {
  ...INVOCATIONS,
  series: { bus: createBusSeries(10), broker: createSeries('moleculer-call', createMeter) },
  rows: [
    { what: '`invoke` by name, synchronous callee', ours: 'bus.synchronous', peer: 'broker.synchronous', ...ROW },
    { what: '`invoke` by name, asynchronous callee', ours: 'bus.asynchronous', peer: 'broker.asynchronous', ...ROW },
  ],
};

export const scale = {
  ...INVOCATIONS,
  series: { many: createBusSeries(10_000), few: createBusSeries(10) },
  rows: [
    {
      what: '`invoke` by name, 10 000 services',
      ours: 'many.asynchronous',
      peer: 'few.asynchronous',
      peerName: '10 services',
      unit: 'ns',
      most: 1.1,
    },
  ],
};

// A bus of BENCH_SERVICES services, one of which calls eight of the others by name.
import { Module } from '@nestjs/common';
import { Bus, BusService, Service } from 'trunkline';
import { runContestant, measureCost } from '../contestant.mjs';

const CALLED = 4;
const others = Number(process.env.BENCH_SERVICES) - 2 * CALLED - 1;

const createSyncService = (name) =>
  BusService({ name })(
    class extends Service {
      handle() {
        return this.request.input;
      }
    },
  );
const createAsyncService = (name) =>
  BusService({ name })(
    class extends Service {
      async handle() {
        return this.request.input;
      }
    },
  );

const Caller = BusService({ name: 'caller', timeout: '1m' })(
  class extends Service {
    handle() {
      const { names, count } = this.request.input;
      const input = { id: 1 };
      return measureCost((index) => this.invokeDynamic(names[index % names.length], input), { count, width: 1 });
    }
  },
);

const createNames = (kind, count) => Array.from({ length: count }, (_, index) => `${kind}.${index}`);
const names = { synchronous: createNames('synchronous', CALLED), asynchronous: createNames('asynchronous', CALLED) };
const services = [
  Caller,
  ...names.synchronous.map(createSyncService),
  ...names.asynchronous.map(createAsyncService),
  ...createNames('other', others).map(createSyncService),
];

class Services {}
Module({ providers: services })(Services);
const bus = await Bus.create({ config: process.env.BENCH_CONFIG, modules: [Services] });

runContestant({
  nanosPerCall: async ({ callee, count }) => {
    const micros = await bus.invoker.invoke('caller', { names: names[callee], count }, { timeout: '1m' });
    return (micros * 1_000) / count;
  },
});

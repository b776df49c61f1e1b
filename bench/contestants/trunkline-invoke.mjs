// A bus of BENCH_SERVICES services, one of which calls eight of the others by name.
import { Module } from '@nestjs/common';
import { Bus, BusService, Service } from 'trunkline';
import { contestant, costOf } from '../contestant.mjs';

const CALLED = 4;
const others = Number(process.env.BENCH_SERVICES) - 2 * CALLED - 1;

const atOnce = (name) =>
  BusService({ name })(
    class extends Service {
      handle() {
        return this.request.input;
      }
    },
  );
const asynchronous = (name) =>
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
      return costOf((index) => this.invokeDynamic(names[index % names.length], input), { count, width: 1 });
    }
  },
);

const namesOf = (kind, count) => Array.from({ length: count }, (_, index) => `${kind}.${index}`);
const names = { atOnce: namesOf('at-once', CALLED), asynchronous: namesOf('asynchronous', CALLED) };
const services = [
  Caller,
  ...names.atOnce.map(atOnce),
  ...names.asynchronous.map(asynchronous),
  ...namesOf('other', others).map(atOnce),
];

class Services {}
Module({ providers: services })(Services);
const bus = await Bus.create({ config: process.env.BENCH_CONFIG, modules: [Services] });

contestant({
  nanosPerCall: async ({ callee, count }) => {
    const micros = await bus.invoker.invoke('caller', { names: names[callee], count }, { timeout: '1m' });
    return (micros * 1_000) / count;
  },
});

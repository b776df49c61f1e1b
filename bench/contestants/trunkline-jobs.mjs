// A bus whose jobs are kept in JOBS_BACKEND; with JOBS_ROLE `http` it makes them and runs none.
import { Module } from '@nestjs/common';
import { Bus, BusService, Service } from 'trunkline';
import { contestant } from '../contestant.mjs';
import { jobsInTurn } from '../jobs-in-turn.mjs';

const jobs = jobsInTurn();

const Work = BusService({ name: 'work' })(
  class extends Service {
    handle() {
      jobs.done();
      return { quantity: this.request.input.quantity };
    }
  },
);
const HandIn = BusService({ name: 'hand-in', timeout: '1m' })(
  class extends Service {
    async handle() {
      const { skill, count } = this.request.input;
      return jobs[skill]((input) => this.invokeAsync(Work, input), count);
    }
  },
);

class Services {}
Module({ providers: [Work, HandIn] })(Services);
const bus = await Bus.create({
  config: process.env.BENCH_CONFIG,
  modules: [Services],
  role: process.env.JOBS_ROLE,
});
await bus.listen();
const microsOf = (skill) => (count) => bus.invoker.invoke(HandIn, { skill, count }, { timeout: '1m' });

contestant({ microsPerAdd: microsOf('microsPerAdd'), microsPerJob: microsOf('microsPerJob') });

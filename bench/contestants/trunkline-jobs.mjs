// A bus with the job store JOBS_BACKEND; with JOBS_ROLE `http` it creates jobs and runs none.
import { Module } from '@nestjs/common';
import { Bus, BusService, Service } from 'trunkline';
import { runContestant } from '../contestant.mjs';
import { createJobTimer } from '../job-timer.mjs';

const jobs = createJobTimer();

const Work = BusService({ name: 'work' })(
  class extends Service {
    handle() {
      jobs.done();
      return { quantity: this.request.input.quantity };
    }
  },
);
const SubmitJobs = BusService({ name: 'hand-in', timeout: '1m' })(
  class extends Service {
    async handle() {
      const { skill, count } = this.request.input;
      return jobs[skill]((input) => this.invokeAsync(Work, input), count);
    }
  },
);

class Services {}
Module({ providers: [Work, SubmitJobs] })(Services);
const bus = await Bus.create({
  config: process.env.BENCH_CONFIG,
  modules: [Services],
  role: process.env.JOBS_ROLE,
});
await bus.listen();
const measureMicros = (skill) => (count) => bus.invoker.invoke(SubmitJobs, { skill, count }, { timeout: '1m' });

runContestant({ microsPerAdd: measureMicros('microsPerAdd'), microsPerJob: measureMicros('microsPerJob') });

import { BusService, Service } from 'trunkline';

/** Keys of the runs of {@link Work} in this process, in their order. */
export const runs: string[] = [];

/** Records that it has run. */
@BusService({ name: 'work', input: ['key'] })
export class Work extends Service<{ key: string }> {
  handle() {
    runs.push(this.request.input.key);
  }
}

/** Makes a job of {@link Work}. */
@BusService({ name: 'submit', input: ['key'] })
export class Submit extends Service<{ key: string }, { id: string }> {
  handle() {
    return this.invokeAsync(Work, this.request.input);
  }
}

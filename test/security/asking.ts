import { BusService, Service } from 'trunkline';

let runs = 0;

/** How often a service behind a lock has run so far. */
export function runsSoFar(): number {
  return runs;
}

/** Says who is calling. */
@BusService({ name: 'who' })
export class Who extends Service {
  handle() {
    runs += 1;
    return this.request.caller ?? { name: 'nobody' };
  }
}

/** Has another service say it. */
@BusService({ name: 'who.nested' })
export class NestedWho extends Service {
  handle() {
    runs += 1;
    return this.invokeDynamic('who');
  }
}

import { BusService, Service } from 'trunkline';

let runCount = 0;

/** How often a service behind a lock has run so far. */
export function getRunCount(): number {
  return runCount;
}

/** Says who is calling. */
@BusService({ name: 'who' })
export class EchoCaller extends Service {
  handle() {
    runCount += 1;
    return this.request.caller ?? { name: 'nobody' };
  }
}

/** Has another service say it. */
@BusService({ name: 'who.nested' })
export class EchoCallerNested extends Service {
  handle() {
    runCount += 1;
    return this.invokeDynamic('who');
  }
}

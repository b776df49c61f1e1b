import { BusService, Service } from 'trunkline';

let runCount = 0;

/** Returns how often a protected service has run. */
export function getRunCount(): number {
  return runCount;
}

/** Returns the caller. */
@BusService({ name: 'who' })
export class EchoCaller extends Service {
  handle() {
    runCount += 1;
    return this.request.caller ?? { name: 'nobody' };
  }
}

/** Returns the caller by way of another service. */
@BusService({ name: 'who.nested' })
export class EchoCallerNested extends Service {
  handle() {
    runCount += 1;
    return this.invokeDynamic('who');
  }
}

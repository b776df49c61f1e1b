import { PassThrough } from 'node:stream';
import { createLogger } from '@trunkline/telemetry';
import { BusService } from '../declaration/bus-service';
import { CurrentInvocation } from './current-invocation';
import { Invoker } from './invoker';
import type { Outgoing } from './outgoing';
import { Service } from '../service';
import { ServiceRegistry } from '../registry/service-registry';

const noConnections = Object.create(null) as Outgoing;

@BusService({ name: 'who' })
class Who extends Service {
  constructor(private readonly current: CurrentInvocation) {
    super();
  }

  async handle() {
    await new Promise(setImmediate);
    return { cid: this.current.cid, service: this.current.service, hasSignal: this.current.signal === this.signal };
  }
}

function aBus(currentInvocation: CurrentInvocation) {
  const registry = new ServiceRegistry();
  registry.add(Who as never, [currentInvocation]);
  const logger = createLogger({ level: 'error', destination: new PassThrough() });
  return new Invoker({ registry, logger, currentInvocation, createOutgoing: () => noConnections });
}

describe('the current invocation', () => {
  it('is available to injected providers, across waits', async () => {
    const current = new CurrentInvocation();
    current.startTracking();

    await expect(aBus(current).invoke('who', {}, { cid: 'C-1' })).resolves.toEqual({
      cid: 'C-1',
      service: 'who',
      hasSignal: true,
    });
  });

  it('is not tracked before tracking starts', async () => {
    await expect(aBus(new CurrentInvocation()).invoke('who', {}, { cid: 'C-1' })).resolves.toMatchObject({
      cid: undefined,
    });
  });

  it('is undefined outside an invocation', () => {
    const current = new CurrentInvocation();

    expect([current.cid, current.service, current.signal, current.deadline]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

import { CurrentInvocation, OutgoingConnections } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';

const outgoing = `outgoing: { rest: { CRM: { url: 'http://127.0.0.1:9' } } }`;

describe('the current invocation', () => {
  let running: RunningBus;
  beforeEach(async () => {
    running = await startBus({ config: { 'outgoing.yaml': outgoing } });
  });
  afterEach(() => running.stop());

  it('is not tracked where no provider injects it: that costs every request', () => {
    expect(running.bus.app.get(CurrentInvocation).isTracking).toBe(false);
  });

  it('is tracked once the HTTP client of a connection is used', () => {
    running.bus.app.get(OutgoingConnections).http('CRM');

    expect(running.bus.app.get(CurrentInvocation).isTracking).toBe(true);
  });
});

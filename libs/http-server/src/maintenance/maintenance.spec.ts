import { Maintenance } from './maintenance';

const OPEN = { channels: {} };

describe('Maintenance', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  it.each([
    [{}, 60, '2026-11-21T12:01:00.000Z'],
    [{ retryAfter: 600_000 }, 600, '2026-11-21T12:10:00.000Z'],
    [{ until: '2026-11-21T12:05:00Z' }, 300, '2026-11-21T12:05:00.000Z'],
    [{ retryAfter: 30_000, until: '2026-11-21T12:05:00Z' }, 30, '2026-11-21T12:05:00.000Z'],
    [{ retryAfter: 600_000, until: '2026-11-21T12:05:00Z' }, 300, '2026-11-21T12:05:00.000Z'],
  ])('of %j has clients come back after %d s, and expects to be over at %s', (closure, retryAfter, recovery) => {
    const maintenance = new Maintenance();

    maintenance.setOperatorWindows({ bus: closure, channels: {} });

    expect(maintenance.checkBus()).toMatchObject({ retryAfter, data: { estimated_recovery: recovery } });
  });

  it('is over when its time has come', () => {
    const maintenance = new Maintenance();
    maintenance.setOperatorWindows({ bus: { until: '2026-11-21T12:05:00Z' }, channels: {} });

    jest.setSystemTime(Date.parse('2026-11-21T12:05:00Z'));

    expect(maintenance.checkBus()).toBeUndefined();
  });

  it('is of what either the configuration or an operator says', () => {
    const maintenance = new Maintenance();
    maintenance.setConfiguredWindows({ bus: {}, channels: {} });
    maintenance.setOperatorWindows({ channels: { orders: {} } });

    maintenance.setOperatorWindows(OPEN);

    expect(maintenance.checkBus()).toMatchObject({ code: 'MAINTENANCE' });
    expect(() => maintenance.createStep('orders')()).not.toThrow();
  });

  it('of a channel leaves others alone', () => {
    const maintenance = new Maintenance();

    maintenance.setOperatorWindows({ channels: { orders: {} } });

    expect(() => maintenance.createStep('orders')()).toThrow(expect.objectContaining({ code: 'MAINTENANCE' }));
    expect(() => maintenance.createStep('constructor')()).not.toThrow();
    expect(maintenance.checkBus()).toBeUndefined();
  });
});

import { Maintenance } from './maintenance';

const NO_WINDOWS = { scopes: {} };

describe('Maintenance', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  it.each([
    [{}, 60, '2026-11-21T12:01:00.000Z'],
    [{ retryAfter: 600_000 }, 600, '2026-11-21T12:10:00.000Z'],
    [{ until: '2026-11-21T12:05:00Z' }, 300, '2026-11-21T12:05:00.000Z'],
    [{ retryAfter: 30_000, until: '2026-11-21T12:05:00Z' }, 30, '2026-11-21T12:05:00.000Z'],
    [{ retryAfter: 600_000, until: '2026-11-21T12:05:00Z' }, 300, '2026-11-21T12:05:00.000Z'],
  ])('with the window %j sends Retry-After: %d and estimates its end at %s', (window, retryAfter, recovery) => {
    const maintenance = new Maintenance();

    maintenance.setOperatorWindows({ server: window, scopes: {} });

    expect(maintenance.checkServer()).toMatchObject({ retryAfter, data: { estimated_recovery: recovery } });
  });

  it('ends at the time of `until`', () => {
    const maintenance = new Maintenance();
    maintenance.setOperatorWindows({ server: { until: '2026-11-21T12:05:00Z' }, scopes: {} });

    jest.setSystemTime(Date.parse('2026-11-21T12:05:00Z'));

    expect(maintenance.checkServer()).toBeUndefined();
  });

  it('goes on with the windows of the configuration after an operator has closed those of the command line', () => {
    const maintenance = new Maintenance();
    maintenance.setConfiguredWindows({ server: {}, scopes: {} });
    maintenance.setOperatorWindows({ scopes: { orders: {} } });

    maintenance.setOperatorWindows(NO_WINDOWS);

    expect(maintenance.checkServer()).toMatchObject({ code: 'MAINTENANCE' });
    expect(() => maintenance.createStep('orders')()).not.toThrow();
  });

  it('of one scope does not affect the server or other scopes', () => {
    const maintenance = new Maintenance();

    maintenance.setOperatorWindows({ scopes: { orders: {} } });

    expect(() => maintenance.createStep('orders')()).toThrow(expect.objectContaining({ code: 'MAINTENANCE' }));
    expect(() => maintenance.createStep('constructor')()).not.toThrow();
    expect(maintenance.checkServer()).toBeUndefined();
  });
});

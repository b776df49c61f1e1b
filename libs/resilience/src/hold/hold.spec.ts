import { RecordingEnvironment } from '../recording-environment.fixture';
import { Hold } from './hold';

function onHold(maxMs = 300_000) {
  const environment = new RecordingEnvironment();
  return { environment, hold: new Hold({ maxMs }, environment) };
}

describe('a hold', () => {
  it('is absent until it starts', () => {
    expect(onHold().hold.remainingMs()).toBe(0);
  });

  it('lasts for as long as requested, and is over then', () => {
    const { hold, environment } = onHold();
    hold.start(60_000);

    environment.advance(20_000);
    const left = hold.remainingMs();
    environment.advance(40_000);

    expect([left, hold.remainingMs()]).toEqual([40_000, 0]);
  });

  it('lasts no longer than its limit', () => {
    const { hold } = onHold(5_000);

    hold.start(3_600_000);

    expect(hold.remainingMs()).toBe(5_000);
  });

  it('ends with the last of the requested ones', () => {
    const { hold } = onHold();

    for (const forMs of [10_000, 60_000, 30_000]) hold.start(forMs);

    expect(hold.remainingMs()).toBe(60_000);
  });

  it('is bounded for each request', () => {
    const { hold, environment } = onHold(5_000);
    hold.start(60_000);
    environment.advance(4_000);

    hold.start(60_000);

    expect(hold.remainingMs()).toBe(5_000);
  });

  it.each([0, -1, Number.NaN])('does not start for %d ms', (forMs) => {
    const { hold } = onHold();

    hold.start(forMs);

    expect(hold.remainingMs()).toBe(0);
  });

  it('is over for a timer that fires a little early', () => {
    const { hold, environment } = onHold();
    hold.start(1_000);

    environment.advance(999.2);

    expect(hold.remainingMs()).toBe(0);
  });

  it('emits one event when it starts, when it is extended and when it ends', () => {
    const { hold, environment } = onHold(50_000);
    hold.start(60_000);
    hold.start(10_000);
    environment.advance(20_000);
    hold.start(40_000);
    environment.advance(40_000);
    hold.remainingMs();
    hold.remainingMs();

    expect(environment.events).toEqual([
      { type: 'holdBegan', name: environment.name, forMs: 50_000, askedMs: 60_000 },
      { type: 'holdExtended', name: environment.name, forMs: 40_000, askedMs: 40_000 },
      { type: 'holdEnded', name: environment.name, lastedMs: 60_000 },
    ]);
  });
});

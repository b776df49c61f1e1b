import { OutageLog } from './outage-log';
import { RecordedLog } from './recorded-log.fixture';

describe('the log of an outage', () => {
  it('has one line a minute, and one when it is over', () => {
    const log = new RecordedLog();
    const time = { ms: 0, nowMs: () => time.ms };
    const outage = new OutageLog({ logger: log.logger, down: 'down', back: 'back', clock: time });

    outage.succeeded();
    for (time.ms = 0; time.ms < 150_000; time.ms += 100) outage.failed(new Error('refused'));
    outage.succeeded();
    outage.succeeded();

    expect(log.lines.map(([, message]) => message)).toEqual(['down', 'down', 'down', 'back']);
  });

  it('does not tell of the end of what it has not told the beginning of', () => {
    const log = new RecordedLog();
    const time = { ms: 0, nowMs: () => time.ms };
    const outage = new OutageLog({ logger: log.logger, down: 'down', back: 'back', clock: time });

    for (const ms of [0, 10_000, 20_000]) {
      time.ms = ms;
      outage.failed(new Error('refused'));
      outage.succeeded();
    }

    expect(log.lines.map(([, message]) => message)).toEqual(['down', 'back']);
  });
});

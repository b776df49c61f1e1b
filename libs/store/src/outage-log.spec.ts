import { OutageLog } from './outage-log';
import { RecordingLogger } from '@trunkline/testing';

describe('the log of an outage', () => {
  it('has one line a minute, and one when it is over', () => {
    const log = new RecordingLogger();
    const time = { ms: 0, nowMs: () => time.ms };
    const outage = new OutageLog({ logger: log, downMessage: 'down', recoveredMessage: 'back', clock: time });

    outage.recordSuccess();
    for (time.ms = 0; time.ms < 150_000; time.ms += 100) outage.recordFailure(new Error('refused'));
    outage.recordSuccess();
    outage.recordSuccess();

    expect(log.lines).toEqual(['warn: down', 'warn: down', 'warn: down', 'info: back']);
  });

  it('does not log the end of an outage whose beginning was not logged', () => {
    const log = new RecordingLogger();
    const time = { ms: 0, nowMs: () => time.ms };
    const outage = new OutageLog({ logger: log, downMessage: 'down', recoveredMessage: 'back', clock: time });

    for (const ms of [0, 10_000, 20_000]) {
      time.ms = ms;
      outage.recordFailure(new Error('refused'));
      outage.recordSuccess();
    }

    expect(log.lines).toEqual(['warn: down', 'info: back']);
  });
});

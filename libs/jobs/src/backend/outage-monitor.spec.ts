import { RecordingLogger } from '@trunkline/testing';
import { OutageMonitor } from './outage-monitor';

const DOWN = 'warn: the job store does not respond';
const UP = 'info: the job store is available again';

describe('the log of outages', () => {
  let nowMs = 0;
  let logger: RecordingLogger;
  let monitor: OutageMonitor;
  beforeEach(() => {
    nowMs = 0;
    logger = new RecordingLogger();
    monitor = new OutageMonitor(logger, { nowMs: () => nowMs });
  });

  it('has one line a minute for an outage, however many calls fail', () => {
    for (nowMs = 0; nowMs < 150_000; nowMs += 1_000) monitor.recordOutage(new Error('refused'));

    expect(logger.lines).toEqual([DOWN, DOWN, DOWN]);
  });

  it('has one line when the store is available again', () => {
    monitor.recordOutage(new Error('refused'));
    monitor.recordSuccess();
    monitor.recordSuccess();

    expect(logger.lines).toEqual([DOWN, UP]);
  });

  it('does not report the end of an outage because of a call that started before it', () => {
    const { outageCount } = monitor;
    monitor.recordOutage(new Error('refused'));
    monitor.recordSuccess(outageCount);
    expect(logger.lines).toEqual([DOWN]);

    monitor.recordSuccess(monitor.outageCount);

    expect(logger.lines).toEqual([DOWN, UP]);
  });

  it('has no more lines for further outages within a minute', () => {
    for (let i = 0; i < 10; i += 1) {
      monitor.recordOutage(new Error('refused'));
      monitor.recordSuccess();
    }

    expect(logger.lines).toEqual([DOWN, UP]);
  });
});

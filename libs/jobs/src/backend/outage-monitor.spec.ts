import { RecordingLogger } from '../../../telemetry/src/recording-logger.fixture';
import { OutageMonitor } from './outage-monitor';

const GONE = 'warn: the job store does not answer';
const BACK = 'info: the job store is back';

describe('the watch over a store', () => {
  let nowMs = 0;
  let logger: RecordingLogger;
  let watch: OutageMonitor;
  beforeEach(() => {
    nowMs = 0;
    logger = new RecordingLogger();
    watch = new OutageMonitor(logger, { nowMs: () => nowMs });
  });

  it('has one line a minute for an outage, however many notice it', () => {
    for (nowMs = 0; nowMs < 150_000; nowMs += 1_000) watch.recordOutage(new Error('gone'));

    expect(logger.lines).toEqual([GONE, GONE, GONE]);
  });

  it('says once that the store is back', () => {
    watch.recordOutage(new Error('gone'));
    watch.recordSuccess();
    watch.recordSuccess();

    expect(logger.lines).toEqual([GONE, BACK]);
  });

  it('does not take a call that began before the outage for its end', () => {
    const { outageCount } = watch;
    watch.recordOutage(new Error('gone'));
    watch.recordSuccess(outageCount);
    expect(logger.lines).toEqual([GONE]);

    watch.recordSuccess(watch.outageCount);

    expect(logger.lines).toEqual([GONE, BACK]);
  });

  it('has nothing to say of a store that comes and goes within a minute', () => {
    for (let i = 0; i < 10; i += 1) {
      watch.recordOutage(new Error('gone'));
      watch.recordSuccess();
    }

    expect(logger.lines).toEqual([GONE, BACK]);
  });
});

import { RecordingLogger } from './recording-logger.fixture';
import { StoreWatch } from './store-watch';

const GONE = 'warn: the job store does not answer';
const BACK = 'info: the job store is back';

describe('the watch over a store', () => {
  let nowMs = 0;
  let logger: RecordingLogger;
  let watch: StoreWatch;
  beforeEach(() => {
    nowMs = 0;
    logger = new RecordingLogger();
    watch = new StoreWatch(logger, { nowMs: () => nowMs });
  });

  it('has one line a minute for an outage, however many notice it', () => {
    for (nowMs = 0; nowMs < 150_000; nowMs += 1_000) watch.failed(new Error('gone'));

    expect(logger.lines).toEqual([GONE, GONE, GONE]);
  });

  it('says once that the store is back', () => {
    watch.failed(new Error('gone'));
    watch.answered();
    watch.answered();

    expect(logger.lines).toEqual([GONE, BACK]);
  });

  it('does not take a call that began before the outage for its end', () => {
    const { outages } = watch;
    watch.failed(new Error('gone'));
    watch.answered(outages);
    expect(logger.lines).toEqual([GONE]);

    watch.answered(watch.outages);

    expect(logger.lines).toEqual([GONE, BACK]);
  });

  it('has nothing to say of a store that comes and goes within a minute', () => {
    for (let i = 0; i < 10; i += 1) {
      watch.failed(new Error('gone'));
      watch.answered();
    }

    expect(logger.lines).toEqual([GONE, BACK]);
  });
});

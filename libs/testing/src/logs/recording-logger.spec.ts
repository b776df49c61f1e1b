import { RecordingLogger } from './recording-logger';

describe('a recording logger', () => {
  it('records all lines with their levels, also those of child loggers', () => {
    const logger = new RecordingLogger();

    logger.info('started');
    logger.child().error({ attempt: 1 }, 'failed');

    expect(logger.lines).toEqual(['info: started', 'error: failed']);
  });

  it('records the fields of warnings', () => {
    const logger = new RecordingLogger();

    logger.warn({ attempt: 1 }, 'will be retried');
    logger.debug({ attempt: 2 }, 'retried');

    expect(logger.warnings).toEqual([{ fields: { attempt: 1 }, message: 'will be retried' }]);
  });
});

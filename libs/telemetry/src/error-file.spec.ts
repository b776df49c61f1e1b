import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createLogger } from './create-logger';
import { LogFileError } from './log-file-error';

const readEntries = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('the error file', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trunkline-log-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it.each(['debug', 'info', 'warn', 'error', 'silent'] as const)(
    'receives warnings and errors alone, at level %s',
    async (level) => {
      const errorFile = join(directory, 'errors.log');
      const logger = createLogger({ level, errorFile, destination: new PassThrough() });

      for (const each of ['debug', 'info', 'warn', 'error'] as const) logger[each]({ each }, 'x');
      await logger.close();

      expect(readEntries(errorFile).map((entry) => [entry.level, entry.each])).toEqual([
        ['warn', 'warn'],
        ['error', 'error'],
      ]);
    },
  );

  it('does not change the main output', async () => {
    const destination = new PassThrough();
    const logger = createLogger({ level: 'error', errorFile: join(directory, 'errors.log'), destination });

    logger.warn('quiet');
    logger.error('loud');
    await logger.close();

    expect(
      String(destination.read())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['loud']);
  });

  it('is JSON even if the main output is not', async () => {
    const errorFile = join(directory, 'errors.log');
    const logger = createLogger({ errorFile, destination: new PassThrough(), format: 'pretty' });

    logger.child({ cid: '01J' }).error({ password: 'canary' }, 'x');
    await logger.flush();

    expect(readEntries(errorFile)).toMatchObject([{ cid: '01J', password: '[redacted]', msg: 'x' }]);
    await logger.close();
  });

  it('is appended to, in a directory that is created if needed', async () => {
    const errorFile = join(directory, 'logs', 'today', 'errors.log');

    for (const run of [1, 2]) {
      const logger = createLogger({ errorFile, destination: new PassThrough() });
      logger.error({ run }, 'x');
      await logger.close();
    }

    expect(readEntries(errorFile).map(({ run }) => run)).toEqual([1, 2]);
  });

  it('receives no lines once the logger is closed, unlike the main output', async () => {
    const errorFile = join(directory, 'errors.log');
    const destination = new PassThrough();
    const logger = createLogger({ errorFile, destination });

    await logger.close();
    logger.error('late');

    expect(readFileSync(errorFile, 'utf8')).toBe('');
    expect(String(destination.read())).toContain('late');
  });

  it('causes an error with its path at the start if it cannot be opened', () => {
    const path = join(directory, 'file', 'errors.log');
    writeFileSync(join(directory, 'file'), '');

    const make = () => createLogger({ errorFile: path });

    expect(make).toThrow(LogFileError);
    expect(make).toThrow(path);
    expect(() => createLogger({ errorFile: directory })).toThrow(/EISDIR/);
  });

  it('is reported once on the main output if it is full, and does not block', async () => {
    const destination = new PassThrough();
    const logger = createLogger({ errorFile: '/dev/full', destination });

    for (let count = 0; count < 3; count++) {
      logger.error({ count }, 'x');
      await logger.flush();
    }
    await logger.close();

    const entries = String(destination.read())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.filter(({ msg }) => msg === 'x')).toHaveLength(3);
    expect(entries.filter(({ msg }) => msg === 'log lines cannot be written')).toMatchObject([
      { level: 'error', output: '/dev/full', err: { code: 'ENOSPC' } },
    ]);
  });

  it('does not keep a process from exiting if it is full', () => {
    const telemetry = JSON.stringify(join(__dirname, '..'));
    const script = `require(${telemetry}).createLogger({ errorFile: '/dev/full' }).error('x'); process.exit(0);`;

    expect(spawnSync(process.execPath, ['-e', script], { timeout: 20_000 })).toMatchObject({ status: 0, signal: null });
  });
});

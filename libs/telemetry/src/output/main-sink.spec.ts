import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { createLogger, type LoggerOptions } from '../create-logger';

const ESC = '\u001b';
const terminal = (hasColors: boolean) => Object.assign(new PassThrough(), { isTTY: true, hasColors: () => hasColors });

const written = (destination: PassThrough, options: LoggerOptions, ...line: [object, string]) => {
  createLogger({ ...options, destination }).error(...line);
  return String(destination.read());
};

/** The built package, for child processes. */
const TELEMETRY = JSON.stringify(join(__dirname, '..', '..'));
const run = (script: string) =>
  spawnSync(process.execPath, ['-e', `const { createLogger } = require(${TELEMETRY}); ${script}`], {
    encoding: 'utf8',
    timeout: 20_000,
  });
const numbersIn = (lines: string) =>
  lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).n);

describe('log lines', () => {
  it('are readable on a terminal', () => {
    const text = written(terminal(false), {}, { connection: 'CRM' }, 'no response');

    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] ERROR: no response {"connection":"CRM"}\n$/);
  });

  it('have colours if the terminal supports them, and none if NO_COLOR is set', () => {
    expect(written(terminal(true), {}, {}, 'x')).toContain(ESC);
    expect(written(terminal(false), {}, {}, 'x')).not.toContain(ESC);
  });

  it('show the stack and the causes of an error on a terminal', () => {
    const text = written(terminal(false), {}, { err: new Error('outer', { cause: new Error('inner') }) }, 'x');

    expect(text).toContain('Error: outer');
    expect(text).toContain('Error: inner');
    expect(text).toMatch(/\n +at /);
  });

  it('cannot control a terminal', () => {
    const text = written(
      terminal(false),
      {},
      { [`k${ESC}[2J`]: '\u009b31m' },
      `red ${ESC}[31m, over\rwritten \b\u0085 C:\\u001b`,
    );

    // oxlint-disable-next-line no-control-regex -- they must not occur
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(text).toContain('red \\u001b[31m, over\\rwritten \\b\\u0085 C:\\u001b');
  });

  it('are JSON otherwise', () => {
    expect(JSON.parse(written(new PassThrough(), {}, {}, 'x')).msg).toBe('x');
  });

  it('have the requested format on any destination', () => {
    expect(JSON.parse(written(terminal(true), { format: 'json' }, {}, 'x')).msg).toBe('x');
    expect(written(new PassThrough(), { format: 'pretty' }, {}, 'x')).toContain('ERROR: x');
  });

  it('mask secrets on a terminal, too', () => {
    expect(written(terminal(false), { secrets: ['canary-1'] }, { password: 'canary-2' }, 'canary-1')).not.toContain(
      'canary',
    );
  });
});

describe('standard output', () => {
  it('receives every line, in order, if the process exits immediately', () => {
    const { stdout, status } = run(`
      const logger = createLogger();
      for (let n = 0; n < 5000; n++) logger.info({ n }, 'x');
      process.exit(3);
    `);

    expect(status).toBe(3);
    expect(numbersIn(stdout)).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  });

  it('receives every line if its reader starts when the process exits', async () => {
    const child = spawn(process.execPath, [
      '-e',
      `
      process.on('exit', () => require('node:fs').writeSync(2, 'exiting'));
      const logger = require(${TELEMETRY}).createLogger();
      for (let n = 0; n < 20_000; n++) logger.info({ n }, 'x');
    `,
    ]);
    await once(child.stderr, 'data');

    const stdout = await textOf(child.stdout);

    expect(numbersIn(stdout)).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
  });

  it('receives the lines before a crash', () => {
    const { stdout, status } = run(`createLogger().error('last words'); throw new Error('crash');`);

    expect(status).toBe(1);
    expect(stdout).toContain('last words');
  });

  it('does not keep a process from ending', () => {
    const { stdout, status } = run(`createLogger().info('x');`);

    expect(status).toBe(0);
    expect(stdout).toContain('"msg":"x"');
  });
});

import {
  type Logger as PinoLogger,
  type LoggerOptions as LoggerPinoOptions,
  multistream,
  pino,
  stdTimeFunctions,
  symbols,
} from 'pino';
import { TimeoutError, waitWithTimeout } from '@trunkline/time';
import { toPlainFields } from './content/plain-fields';
import type { Logger, LogLevel, LogFn } from './logger';
import { DescriptorSink } from './output/descriptor-sink';
import { openLogFile } from './output/log-file';
import { createMainSink, type MainSinkOptions } from './output/main-sink';
import type { SinkListener } from './output/sink';
import { LineRedactor } from './redaction/line-redactor';
import { SecretPatterns } from './redaction/secret-patterns';
import { SecretValues } from './redaction/secret-values';

/** What a process decides once about its logs. Everything has a default. */
export interface LoggerOptions extends MainSinkOptions {
  /** The quietest level that is written. Default `info`. */
  readonly level?: LogLevel;
  /** Name of the bus: the field `name` of every line. Default: none. */
  readonly name?: string;
  /**
   * A file that warnings and errors are appended to, as JSON lines, whatever `level` is. Directories on the way are made.
   * Default: none.
   */
  readonly errorFile?: string;
  /** Values that never appear in a line, whole or within another text. Those under 4 characters are not looked for. Default: none. */
  readonly secrets?: readonly string[];
  /** Names of headers and fields that hold secrets, besides those that tell so themselves: `X-Partner-Code`. Default: none. */
  readonly secretNames?: readonly string[];
}

/** The logger that all others are children of. Whoever makes it ends it. */
export interface RootLogger extends Logger {
  /** What ends the process. It is written whatever the level is. */
  readonly fatal: LogFn;
  /** Resolves when all lines so far have left the process, or after 2 seconds if their reader does not take them. */
  flush(): Promise<void>;
  /** As flush(), and closes `errorFile`. Later lines go to standard output alone. */
  close(): Promise<void>;
}

/** Pino's own numbers. */
const LEVELS: Readonly<Record<LogLevel, number>> = {
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  silent: Number.POSITIVE_INFINITY,
};
const FLUSH_TIMEOUT_MS = 2_000;

/**
 * Makes the logger of a process: JSON lines with `level`, `time` (ISO 8601, UTC), the fields and `msg`.
 *
 * Writing never waits: for a reader that has stopped up to 16 MiB are kept, then lines are dropped, and a warning says how many
 * once it reads again. Secrets are masked by the names of fields (`authorization`, `password`, `x-api-key` …), by their form
 * (credentials in URLs and headers, tokens) and by value. Errors, under any name, are written with type, message, code, kind,
 * stack, causes and services only.
 *
 * @throws {LogFileError} when `errorFile` cannot be opened
 */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  const { level = 'info', name, errorFile, secrets = [], secretNames = [] } = options;
  const watcherOf = (output: string): SinkListener => ({
    onDropped: (lines) => root.warn({ output, lines }, 'log lines were dropped'),
    onError: (err) => root.error({ output, err }, 'log lines cannot be written'),
  });
  const file = errorFile === undefined ? undefined : new DescriptorSink(openLogFile(errorFile), watcherOf(errorFile));
  const main = createMainSink(options, watcherOf('main'));
  const redactor = new LineRedactor(new SecretValues(secrets), new SecretPatterns(secretNames));

  const root = pino(
    {
      base: name === undefined ? {} : { name },
      level: file && LEVELS[level] > LEVELS.warn ? 'warn' : level,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (plain: unknown) => plain },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => redactor.redact(line), logMethod: writePlainly },
    },
    file
      ? multistream<number | 'warn'>([
          { level: LEVELS[level], stream: main },
          { level: 'warn', stream: file },
        ])
      : main,
  );
  clearInheritedSerializers(root);
  const flush = () => flushWithTimeout(Promise.all([main.flush(), file?.flush() ?? Promise.resolve()]));
  return Object.assign(root, {
    // oxlint-disable-next-line typescript/unbound-method -- it is called with the logger it is called on
    child: wrapChild(root.child),
    flush,
    close: async () => {
      await flush();
      file?.close();
    },
  });
}

type LogMethod = NonNullable<NonNullable<LoggerPinoOptions['hooks']>['logMethod']>;

/** Pino looks at fields before its formatters do. Whoever logs must not fail for what cannot be logged. */
const writePlainly: LogMethod = function (this: PinoLogger, args, method) {
  try {
    const [fields] = args;
    if (typeof fields === 'object' && fields !== null) args[0] = toPlainFields(fields);
    method.apply(this, args);
  } catch {
    method.call(this, 'a log line could not be written: its fields cannot be read');
  }
};

/** Pino takes what every object inherits for a way to write a field that is called so, such as `valueOf`. */
function clearInheritedSerializers(root: PinoLogger): void {
  for (const symbol of [symbols.serializersSym, symbols.stringifiersSym]) {
    Reflect.set(root, symbol, Object.assign(Object.create(null), Reflect.get(root, symbol)));
  }
}

/** Pino writes the fields of a child as they are, whatever is done with those of lines. */
function wrapChild(child: PinoLogger['child']) {
  return function childWithPlainFields(this: PinoLogger, fields: object): Logger {
    return child.call(this, omitHasOwnProperty(toPlainFields(fields)));
  };
}

/** Pino asks the fields themselves for `hasOwnProperty`, as a function: one that is called so cannot be written. */
function omitHasOwnProperty(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(fields, 'hasOwnProperty')) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'hasOwnProperty'));
}

/** Lines that an output cannot take in time are lost: a blocked pipe must not keep the process from ending. */
async function flushWithTimeout(flushing: Promise<unknown>): Promise<void> {
  try {
    await waitWithTimeout(FLUSH_TIMEOUT_MS, flushing);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}

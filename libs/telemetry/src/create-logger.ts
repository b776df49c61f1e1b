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

/** Options of the logger of a process. All of them have defaults. */
export interface LoggerOptions extends MainSinkOptions {
  /** Minimum level of the lines that are written. Default `info`. */
  readonly level?: LogLevel;
  /** Name of the bus, the field `name` of every line. Default: none. */
  readonly name?: string;
  /**
   * A file to which warnings and errors are appended as JSON lines, regardless of `level`. Missing directories are created. Default: none.
   */
  readonly errorFile?: string;
  /** Values that are masked everywhere in a line, also within other texts. Values under 4 characters are ignored. Default: none. */
  readonly secrets?: readonly string[];
  /** Names of further headers and fields that hold secrets: `X-Partner-Code`. Default: none. */
  readonly secretNames?: readonly string[];
}

/** The root logger of a process. Its creator closes it. */
export interface RootLogger extends Logger {
  /** An error that ends the process, written at every level. */
  readonly fatal: LogFn;
  /** Resolves when all lines have left the process, or after 2 seconds if an output is blocked. */
  flush(): Promise<void>;
  /** Flushes, and closes `errorFile`. Later lines go to standard output only. */
  close(): Promise<void>;
}

/** The level numbers of pino. */
const LEVELS: Readonly<Record<LogLevel, number>> = {
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  silent: Number.POSITIVE_INFINITY,
};
const FLUSH_TIMEOUT_MS = 2_000;

/**
 * Creates the logger of a process: JSON lines with `level`, `time` (ISO 8601, UTC), the fields and `msg`.
 *
 * Writing never blocks: up to 16 MiB are buffered for a blocked output, further lines are dropped, and a warning reports their number when
 * the output recovers. Secrets are masked by field name (`authorization`, `password`, `x-api-key` …), by form (credentials in URLs and
 * headers, tokens) and by value. Errors, in any field, are written with type, message, code, kind, stack, causes and services only.
 *
 * @throws {LogFileError} when `errorFile` cannot be opened
 */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  const { level = 'info', name, errorFile, secrets = [], secretNames = [] } = options;
  const createSinkListener = (output: string): SinkListener => ({
    onDropped: (lines) => root.warn({ output, lines }, 'log lines were dropped'),
    onError: (err) => root.error({ output, err }, 'log lines cannot be written'),
  });
  const file =
    errorFile === undefined ? undefined : new DescriptorSink(openLogFile(errorFile), createSinkListener(errorFile));
  const main = createMainSink(options, createSinkListener('main'));
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
    // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this`
    child: wrapChild(root.child),
    flush,
    close: async () => {
      await flush();
      file?.close();
    },
  });
}

type LogMethod = NonNullable<NonNullable<LoggerPinoOptions['hooks']>['logMethod']>;

/** Pino reads fields before its formatters run. Unreadable fields must not make the caller fail. */
const writePlainly: LogMethod = function (this: PinoLogger, args, method) {
  try {
    const [fields] = args;
    if (typeof fields === 'object' && fields !== null) args[0] = toPlainFields(fields);
    method.apply(this, args);
  } catch {
    method.call(this, 'the fields of a log line cannot be read');
  }
};

/** Pino would use inherited members, such as `valueOf`, as serializers of fields of the same name. */
function clearInheritedSerializers(root: PinoLogger): void {
  for (const symbol of [symbols.serializersSym, symbols.stringifiersSym]) {
    Reflect.set(root, symbol, Object.assign(Object.create(null), Reflect.get(root, symbol)));
  }
}

/** Pino does not apply the formatters of lines to the fields of a child. */
function wrapChild(child: PinoLogger['child']) {
  return function childWithPlainFields(this: PinoLogger, fields: object): Logger {
    return child.call(this, omitHasOwnProperty(toPlainFields(fields)));
  };
}

/** Pino calls `hasOwnProperty` of the fields, so that a field of this name cannot be written. */
function omitHasOwnProperty(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(fields, 'hasOwnProperty')) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'hasOwnProperty'));
}

/** Lines that a blocked output does not accept in time are lost, so that the process can end. */
async function flushWithTimeout(flushing: Promise<unknown>): Promise<void> {
  try {
    await waitWithTimeout(FLUSH_TIMEOUT_MS, flushing);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
}

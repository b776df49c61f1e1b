import type { Writable } from 'node:stream';
import { DescriptorSink } from './descriptor-sink';
import type * as Pretty from './pretty-sink';
import type { Sink, SinkListener } from './sink';
import { StreamSink } from './stream-sink';

/** Where log lines go, and how they look there. */
export interface MainSinkOptions {
  /** Default: standard output. A stream of one's own is not closed. */
  readonly destination?: Writable;
  /** `auto`, the default: readable on a terminal, with colours unless `NO_COLOR` forbids them; JSON everywhere else. */
  readonly format?: 'json' | 'pretty' | 'auto';
}

/** The sink that every line goes to. */
export function createMainSink({ destination, format = 'auto' }: MainSinkOptions, watcher: SinkListener): Sink {
  const stream: Writable = destination ?? process.stdout;
  const isTerminal = 'isTTY' in stream && stream.isTTY === true;
  // Node's own standard output waits for whoever reads a pipe. On a terminal that keeps lines and other output in order.
  const sink =
    destination || isTerminal ? new StreamSink(stream, watcher) : new DescriptorSink(process.stdout.fd, watcher);
  if (format === 'json' || (format === 'auto' && !isTerminal)) return sink;
  // Where programs read the log, nothing is loaded that makes it readable for people.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { PrettySink }: typeof Pretty = require('./pretty-sink');
  return new PrettySink(sink, { hasColors: isTerminal && hasColors(stream) });
}

/** Node's terminals know `NO_COLOR`. */
function hasColors(terminal: Writable): boolean {
  return 'hasColors' in terminal && typeof terminal.hasColors === 'function' && terminal.hasColors() === true;
}

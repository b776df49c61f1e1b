import type { Writable } from 'node:stream';
import { DescriptorSink } from './descriptor-sink';
import type * as Pretty from './pretty-sink';
import type { Sink, SinkListener } from './sink';
import { StreamSink } from './stream-sink';

/** Destination and format of log lines. */
export interface MainSinkOptions {
  /** Default: standard output. A given stream is not closed. */
  readonly destination?: Writable;
  /** Default `auto`: readable on a terminal, with colours unless `NO_COLOR` is set; JSON otherwise. */
  readonly format?: 'json' | 'pretty' | 'auto';
}

/** Creates the sink for all lines. */
export function createMainSink({ destination, format = 'auto' }: MainSinkOptions, listener: SinkListener): Sink {
  const stream: Writable = destination ?? process.stdout;
  const isTerminal = 'isTTY' in stream && stream.isTTY === true;
  // Node's own standard output blocks on a pipe. On a terminal it keeps lines and other output in order.
  const sink =
    destination || isTerminal ? new StreamSink(stream, listener) : new DescriptorSink(process.stdout.fd, listener);
  if (format === 'json' || (format === 'auto' && !isTerminal)) return sink;
  // Loaded on demand: JSON output does not need it.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { PrettySink }: typeof Pretty = require('./pretty-sink');
  return new PrettySink(sink, { hasColors: isTerminal && hasColors(stream) });
}

/** `hasColors` of Node respects `NO_COLOR`. */
function hasColors(terminal: Writable): boolean {
  return 'hasColors' in terminal && typeof terminal.hasColors === 'function' && terminal.hasColors() === true;
}

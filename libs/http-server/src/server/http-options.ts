import { duration, size, switchable } from '@trunkline/config';
import { z } from 'zod';
import { overloadOption } from '../overload/overload-options';
import { trustProxyOption } from '../request/trust-proxy';
import { listenerTls } from './listener-tls';

/** Schema of `bus.http`: the listener, and the limits of requests and responses. */
export const httpServerOptions = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z.int().min(0).max(65_535).default(11_223).describe('Port to listen on; 0 selects a free port'),
  requestTimeout: duration({ min: 1 })
    .prefault('15s')
    .describe('Deadline of a request, unless its route sets its own `timeout`'),
  bodyLimit: size({ min: '1B' }).prefault('1MiB').describe('Maximum size of a request body'),
  maxDepth: z
    .int()
    .min(1)
    .max(1_000)
    .default(64)
    .describe('Maximum nesting depth of objects and arrays in a request body'),
  headersTimeout: duration({ min: 1, max: '10m' })
    .prefault('10s')
    .describe('Time limit for receiving the head of a request; then 408, and the connection closes'),
  receiveTimeout: duration({ min: 1, max: '1h' })
    .prefault('30s')
    .describe('Time limit for receiving a whole request, body included; then 408, and the connection closes'),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Maximum number of open connections; further connections are closed immediately'),
  bodyBudget: size({ min: '1B' })
    .prefault('64MiB')
    .describe(
      'Maximum bytes of request bodies being read at the same time, over all requests; beyond it 503 `OVERLOADED`',
    ),
  overload: overloadOption
    .prefault({})
    .describe(
      'Load shedding: limits beyond which requests are rejected with 503 `OVERLOADED` before their bodies are read',
    ),
  compression: switchable(
    z.strictObject({ from: size({ min: '1B' }).prefault('8KiB').describe('Minimum size of a compressed response') }),
  )
    .prefault({})
    .describe('Compression of responses with brotli or gzip, for clients that accept it'),
  tls: listenerTls.optional(),
  trustProxy: trustProxyOption,
});

/** The part of `bus.http` that the listener itself applies. */
export type HttpListenerOptions = Readonly<
  Pick<
    z.output<typeof httpServerOptions>,
    'headersTimeout' | 'receiveTimeout' | 'maxConnections' | 'bodyBudget' | 'overload' | 'tls'
  >
>;

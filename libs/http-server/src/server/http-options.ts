import { duration, size, switchable } from '@trunkline/config';
import { z } from 'zod';
import { overloadOption } from '../overload/overload-options';
import { trustProxyOption } from '../request/trust-proxy';
import { listenerTls } from './listener-tls';

/** Schema of `bus.http`: the listener, and the limits of requests and responses. */
export const httpServerOptions = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address to listen on'),
  port: z.int().min(0).max(65_535).default(11_223).describe('Port to listen on; 0 takes a free one'),
  requestTimeout: duration({ min: 1 })
    .prefault('15s')
    .describe('The longest an answer may take, where the channel says nothing'),
  bodyLimit: size({ min: '1B' }).prefault('1MiB').describe('Largest body'),
  maxDepth: z.int().min(1).max(1_000).default(64).describe('Levels of objects and arrays in a body'),
  headersTimeout: duration({ min: 1, max: '10m' })
    .prefault('10s')
    .describe('How long the head of a request may take to arrive: 408 and the end of the connection'),
  receiveTimeout: duration({ min: 1, max: '1h' })
    .prefault('30s')
    .describe('How long a whole request may take to arrive, body included: 408 and the end of the connection'),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Most connections at once; further ones are closed at once'),
  bodyBudget: size({ min: '1B' })
    .prefault('64MiB')
    .describe('Bytes of bodies that are being read at once, over all requests: 503 `OVERLOADED` beyond'),
  overload: overloadOption.prefault({}).describe('When requests are refused before they are read: 503 `OVERLOADED`'),
  compression: switchable(z.strictObject({ from: size({ min: '1B' }).prefault('8KiB').describe('Smallest answer') }))
    .prefault({})
    .describe('Answers in brotli or gzip for clients that take it'),
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

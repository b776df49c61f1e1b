/**
 * The external systems that the example bus talks to, simulated over real sockets, with faults on command: for the example and for tests.
 * Not for: stubbing any other system, or load figures.
 */
export { startUpstreams, type StartUpstreamsOptions, type Upstreams } from './start-upstreams';
export type { Systems } from './systems';
export type { ReceivedRequest, Upstream } from './upstream';
export type { Fault } from './fault';

/**
 * The simulated upstreams of the example bus, over real sockets, with faults on command: for the example and its tests.
 * Not for stubbing other systems or for load tests.
 */
export { startUpstreams, type StartUpstreamsOptions, type Upstreams } from './start-upstreams';
export type { Systems } from './systems';
export type { ReceivedRequest, Upstream } from './upstream';
export type { Fault } from './fault';

/**
 * For tests of services: a running bus, upstreams whose bytes a test defines, raw connections, a recording logger, and waits that a busy
 * machine does not fail.
 * Not for: production, or a test runner of its own. Everything works with any runner.
 */

// To run a bus
export { TestBus, type TestBusOptions, type TestResponse } from './bus/test-bus';

// To play the systems around it
export { createJsonResponse, createResponse, ScriptedUpstream, type Script } from './peers/scripted-upstream';
export { LOCALHOST_CERTIFICATE } from './peers/localhost-certificate';
export { TcpRelay } from './peers/tcp-relay';
export { sendRawBytes } from './clients/send-raw-bytes';

// To prepare
export { copyTemplateDirectory } from './files/template-directory';

// To observe
export { RecordingLogger } from './logs/recording-logger';

// To wait and to measure
export { waitUntil, type WaitOptions } from './waiting/wait-until';
export { measureTime, type TimedResult } from './waiting/measure-time';
export { type FakeTimers, VirtualTime } from './virtual-time/virtual-time';

import type { Type } from '@nestjs/common';
import { TestBus } from '@trunkline/testing';
import type { Bus } from 'trunkline';
import { registerOpenApiDocument } from './documents/openapi-response-validator';

/** A bus on a free port, with its own configuration. */
export interface RunningBus {
  readonly bus: Bus;
  readonly url: string;
  /** Returns all log lines so far. */
  readonly readLog: () => readonly Record<string, unknown>[];
  readonly stop: () => Promise<boolean>;
}

/** Options of a bus for a test. */
export interface TestBusOptions {
  /** YAML files by name. */
  readonly config?: Readonly<Record<string, string>>;
  readonly services?: readonly Type[];
  readonly modules?: readonly Type[];
}

/** Starts a bus for a test, which logs at level debug and whose responses must match its OpenAPI document. The test stops it. */
export async function startBus({ config = {}, ...parts }: TestBusOptions): Promise<RunningBus> {
  const files = { 'test-bus.yaml': 'bus: { http: { port: 0 }, log: { level: debug } }', ...config };
  const running = await TestBus.create({ ...parts, config: files });
  await registerOpenApiDocument(running.url);
  return {
    bus: running.bus,
    url: running.url,
    readLog: () => running.readLog(),
    stop: () => running.stop(),
  };
}

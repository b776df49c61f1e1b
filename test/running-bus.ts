import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Module, type Type } from '@nestjs/common';
import { Bus } from 'trunkline';
import { registerOpenApiDocument } from './openapi-response-validator';

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

/** Starts a bus for a test. The test stops it. */
export async function startBus({ config = {}, services = [], modules = [] }: TestBusOptions): Promise<RunningBus> {
  const root = mkdtempSync(join(tmpdir(), 'trunkline-test-'));
  mkdirSync(join(root, 'config'));
  const files = { 'test-bus.yaml': 'bus: { http: { port: 0 }, log: { level: debug } }', ...config };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'config', name), text);
  const destination = new PassThrough();
  const lines: string[] = [];
  destination.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
  const bus = await Bus.create({
    config: join(root, 'config'),
    modules: [createServicesModule(services), ...modules],
    logDestination: destination,
  });
  await bus.listen();
  await registerOpenApiDocument(bus.url);
  return {
    bus,
    url: bus.url,
    readLog: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: async () => {
      const isInTime = await bus.stop();
      // A store that was still starting may write a little longer.
      rmSync(root, { recursive: true, maxRetries: 5 });
      return isInTime;
    },
  };
}

function createServicesModule(services: readonly Type[]): Type {
  class TestServices {}
  Module({ providers: [...services] })(TestServices);
  return TestServices;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Type } from '@nestjs/common';
import type { Bus, Invoker } from 'trunkline';
import { createServicesModule } from './services-module';
import { readTestResponse, type TestResponse } from './test-response';

export type { TestResponse };

/** Options of {@link TestBus.create}. */
export interface TestBusOptions {
  /**
   * The configuration: a config directory, relative to the working directory, or YAML texts by file name. Default: all defaults of the bus.
   * Paths in YAML texts are relative to a temporary folder, which is removed when the bus stops.
   */
  readonly config?: string | Readonly<Record<string, string>>;
  /** Service classes. Default: those of the directories that the configuration names. */
  readonly services?: readonly Type[];
  /** Nest modules with further services, or with what services are injected with. */
  readonly modules?: readonly Type[];
}

const DEFAULT_CONFIG = { 'bus.yaml': 'bus: {}' };

type InvokeArguments = Parameters<Invoker['invoke']>;

/** A bus in the process of the test. It listens on a free port of its configured address, whatever port the configuration names. */
export class TestBus {
  private constructor(
    /** The bus itself; `bus.app` is its Nest application. */
    readonly bus: Bus,
    private readonly lines: readonly string[],
    private readonly removeFiles: () => void,
  ) {}

  /**
   * Starts a bus. The test stops it.
   *
   * @throws {ConfigurationError} with everything that is wrong with the configuration
   */
  static async create({ config = DEFAULT_CONFIG, services = [], modules = [] }: TestBusOptions = {}): Promise<TestBus> {
    const project = typeof config === 'string' ? { directory: config, remove: () => undefined } : writeProject(config);
    const { destination, lines } = createLog();
    try {
      // Loaded here because it takes a second, which tests without a bus save.
      const { Bus: BusClass } = await import('trunkline');
      const bus = await BusClass.create({
        config: project.directory,
        modules: [await createServicesModule(services, modules), ...modules],
        logDestination: destination,
        port: 0,
      });
      await bus.listen();
      return new TestBus(bus, lines, project.remove);
    } catch (error) {
      project.remove();
      throw error;
    }
  }

  /** URL of its listener, without a path. */
  get url(): string {
    return this.bus.url;
  }

  /**
   * Invokes a service by its class or its name, as code outside of services does.
   *
   * @returns the output of the service
   * @throws the error of the service
   */
  invoke(...args: InvokeArguments): Promise<unknown> {
    return this.bus.invoker.invoke(...args);
  }

  /**
   * Sends a request to a channel, over a socket.
   *
   * @param path - path and query: `/api/customer/1?full=true`
   * @param init - as for `fetch`. Default: GET
   */
  async request(path: string, init: RequestInit = {}): Promise<TestResponse> {
    return readTestResponse(await fetch(new URL(path, this.url), init));
  }

  /** Returns all log lines so far, parsed, at the configured level. */
  readLog(): readonly Record<string, unknown>[] {
    return this.lines.map((line): Record<string, unknown> => {
      const fields: unknown = JSON.parse(line);
      return typeof fields === 'object' ? { ...fields } : {};
    });
  }

  /** Shuts the bus down. @returns `false` when requests or jobs were cut off */
  async stop(): Promise<boolean> {
    try {
      return await this.bus.stop();
    } finally {
      this.removeFiles();
    }
  }
}

function writeProject(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'trunkline-test-'));
  const directory = join(root, 'config');
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  // A store that was still starting may write a little longer.
  return { directory, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
}

function createLog() {
  const lines: string[] = [];
  const destination = new PassThrough();
  destination.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
  return { destination, lines };
}

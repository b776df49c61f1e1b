import type { HttpService } from '@nestjs/axios';
import type { CurrentInvocation, Invocation, Outgoing, ServiceConstructor } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { createYamlAdapter } from './adapter/yaml-adapter';
import { type ConnectionExplanation, explainConnection, type RawValueLookup } from './connection-explanation';
import { type ConnectionReport, createConnectionReport } from './connection-report';
import { resolveConnectionSettings } from './connection-settings';
import type { Credential } from '@trunkline/security';
import type { OutgoingConfig } from './section';
import type * as Connections from './connection';
import type { PingReport } from './ping';
import { createUnknownConnectionError, createViewFactory, type ConnectionsViewFactory } from './rest-connections';

/** What the outgoing connections of a bus are made of. */
export interface OutgoingRestOptions {
  /** The section `outgoing:`. */
  readonly outgoing: OutgoingConfig;
  /** Credentials by name, from the section `security:`. */
  readonly security: Readonly<Record<string, Credential>>;
  /** For calls that belong to no invocation. */
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded; spreads retries in time. Default `Math.random`. */
  readonly random?: () => number;
  /** The clock that measures and limits calls. Default: that of the process. */
  readonly clock?: Clock;
  /** Gives calls through {@link OutgoingRest.http} the correlation id and the idempotency keys of the job that makes them. */
  readonly currentInvocation?: CurrentInvocation;
}

/** The outgoing REST connections of a bus: one for each name in the configuration. */
export class OutgoingRest {
  readonly #config: OutgoingConfig['rest'];
  readonly #connections: ReadonlyMap<string, Connections.Connection>;
  readonly #createView: ConnectionsViewFactory;
  readonly #currentInvocation: CurrentInvocation | undefined;

  /** @throws {TypeError} when a connection names a credential that there is not */
  constructor(options: OutgoingRestOptions) {
    const { outgoing, security, logger, random = Math.random, clock = systemClock, currentInvocation } = options;
    this.#config = outgoing.rest;
    this.#currentInvocation = currentInvocation;
    const made = Object.entries(outgoing.rest).map(([name, config]): [string, Connections.Connection] => {
      const settings = resolveConnectionSettings({ name, config, defaults: outgoing.defaults, security });
      // axios and undici are loaded by the first connection.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { Connection }: typeof Connections = require('./connection');
      return [name, new Connection(settings, { logger, random, clock, currentInvocation })];
    });
    this.#connections = new Map(made);
    this.#createView = createViewFactory(this.#connections);
    const troubled = made.filter(([, { settings }]) => settings.chaos).map(([name]) => name);
    if (troubled.length > 0) {
      logger.warn({ connections: troubled }, 'chaos is on: calls of these connections are made to fail');
    }
  }

  /** What an invocation sees as `this.out`. */
  view(invocation: Invocation): Outgoing {
    return { rest: this.#createView(invocation) };
  }

  /**
   * The HTTP client of a connection, for code outside of services. It has the connection's address, credentials, limits and
   * retries; a status of 400 and more does not throw, `data` is JSON or `undefined`.
   *
   * @throws {InternalError} for a name that is not configured
   */
  http(name: string): HttpService {
    const connection = this.#getConnection(name);
    this.#currentInvocation?.startTracking();
    return connection.http;
  }

  /** Names of the connections. */
  names(): string[] {
    return [...this.#connections.keys()];
  }

  /** Names of the inbound headers that any of the connections forwards, in lower case. */
  forwardedHeaders(): string[] {
    const names = [...this.#connections.values()].flatMap(({ settings }) => settings.forwardHeaders);
    return [...new Set(names.map((name) => name.toLowerCase()))].toSorted();
  }

  /**
   * Asks an upstream how it is: one attempt at its `ping`, within the `timeout` of its connection, past retries and breaker.
   * What comes of it is told, not thrown.
   *
   * @throws {InternalError} for a name that is not configured
   */
  async ping(name: string): Promise<PingReport> {
    return this.#getConnection(name).ping();
  }

  /** The classes of the adapters that are declared in YAML. */
  adapters(): ServiceConstructor[] {
    return Object.entries(this.#config).flatMap(([connection, { services = {} }]) =>
      Object.entries(services).map(([name, operation]) => createYamlAdapter(name, connection, operation)),
    );
  }

  /** What holds for each connection, defaults applied. No secrets. */
  describe(): ConnectionReport[] {
    return Object.entries(this.#config).flatMap(([name, config]) => {
      const connection = this.#connections.get(name);
      return connection ? [createConnectionReport(connection.settings, config)] : [];
    });
  }

  /**
   * What happens to a call of a connection, from the outside in, with the values in force and where each of them was said.
   *
   * @throws {InternalError} for a name that is not configured
   */
  explain(name: string, writtenAt: RawValueLookup): ConnectionExplanation {
    const report = this.describe().find((each) => each.name === name);
    if (!report) throw createUnknownConnectionError(name, this.#connections.keys());
    return explainConnection(report, writtenAt);
  }

  /** Closes all sockets. What is still under way fails with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }

  #getConnection(name: string): Connections.Connection {
    const connection = this.#connections.get(name);
    if (!connection) throw createUnknownConnectionError(name, this.#connections.keys());
    return connection;
  }
}

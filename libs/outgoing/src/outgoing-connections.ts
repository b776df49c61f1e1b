import type { HttpService } from '@nestjs/axios';
import type { CurrentInvocation, Invocation, Outgoing, ServiceConstructor } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, systemClock } from '@trunkline/time';
import { createYamlAdapter } from './rest/adapter/yaml-adapter';
import { type ConnectionExplanation, explainConnection, type RawValueLookup } from './connection-explanation';
import { type ConnectionReport, createConnectionReport } from './rest/connection-report';
import { resolveRestSettings } from './rest/rest-settings';
import type { Credential } from '@trunkline/security';
import type { OutgoingConfig } from './section';
import type * as Connections from './rest/connection';
import type { PingReport } from './http/ping';
import { createUnknownConnectionError, createViewFactory, type ConnectionsViewFactory } from './rest/rest-connections';

/** Options of the outgoing connections of a bus. */
export interface OutgoingRestOptions {
  /** The section `outgoing:`. */
  readonly outgoing: OutgoingConfig;
  /** Credentials by name, from the section `security:`. */
  readonly security: Readonly<Record<string, Credential>>;
  /** Logger of policies, and of calls that belong to no invocation. */
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded; spreads retries in time. Default `Math.random`. */
  readonly random?: () => number;
  /** The clock that measures and limits calls. Default: that of the process. */
  readonly clock?: Clock;
  /** Gives calls through {@link OutgoingRest.http} the correlation id and the idempotency keys of the job that makes them. */
  readonly currentInvocation?: CurrentInvocation;
}

/** The outgoing REST connections of a bus, one for each configured name. */
export class OutgoingRest {
  readonly #config: OutgoingConfig['rest'];
  readonly #connections: ReadonlyMap<string, Connections.Connection>;
  readonly #createView: ConnectionsViewFactory;
  readonly #currentInvocation: CurrentInvocation | undefined;

  /** @throws {TypeError} when a connection names a credential that does not exist */
  constructor(options: OutgoingRestOptions) {
    const { outgoing, security, logger, random = Math.random, clock = systemClock, currentInvocation } = options;
    this.#config = outgoing.rest;
    this.#currentInvocation = currentInvocation;
    const created = Object.entries(outgoing.rest).map(([name, config]): [string, Connections.Connection] => {
      const settings = resolveRestSettings({ name, config, defaults: outgoing.defaults, security });
      // undici is loaded by the first connection.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { Connection }: typeof Connections = require('./rest/connection');
      return [name, new Connection(settings, { logger, random, clock, currentInvocation })];
    });
    this.#connections = new Map(created);
    this.#createView = createViewFactory(this.#connections);
    const faulty = created.filter(([, { settings }]) => settings.chaos).map(([name]) => name);
    if (faulty.length > 0) {
      logger.warn({ connections: faulty }, 'chaos is on: calls of these connections fail on purpose');
    }
  }

  /** Creates `this.out` of an invocation. */
  view(invocation: Invocation): Outgoing {
    return { rest: this.#createView(invocation) };
  }

  /**
   * The HTTP client of a connection, for code outside of services. It has the address, the credentials and the policies of the connection.
   * A status of 400 or more does not throw; `data` is JSON or `undefined`. Interceptors of its axios run for calls of services, too. From
   * the first use on, the bus tracks the current invocation, which adds some cost to every request.
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
   * Pings an upstream: one attempt within the `timeout` of its connection, without retries and breaker. A failure is reported, not thrown.
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

  /** The effective settings of each connection, without secrets. */
  describe(): ConnectionReport[] {
    return Object.entries(this.#config).flatMap(([name, config]) => {
      const connection = this.#connections.get(name);
      return connection ? [createConnectionReport(connection.settings, config)] : [];
    });
  }

  /**
   * Explains the policies of a connection, from the outside in, with the effective values and where each of them comes from.
   *
   * @throws {InternalError} for a name that is not configured
   */
  explain(name: string, writtenAt: RawValueLookup): ConnectionExplanation {
    const report = this.describe().find((each) => each.name === name);
    if (!report) throw createUnknownConnectionError(name, this.#connections.keys());
    return explainConnection(report, writtenAt);
  }

  /** Closes all sockets. Pending calls fail with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }

  #getConnection(name: string): Connections.Connection {
    const connection = this.#connections.get(name);
    if (!connection) throw createUnknownConnectionError(name, this.#connections.keys());
    return connection;
  }
}

import type { ConnectionKind } from '../connection-kind';
import { createViewFactory } from '../connection-view';
import { createYamlAdapter } from './adapter/yaml-adapter';
import { listAdapterErrors, listErrors } from './adapter/declared-errors';
import type * as Connections from './connection';
import { RestConnection } from './rest-connection';
import { restConnection, restDefaults, type RestSection } from './rest-section';
import { resolveRestSettings } from './rest-settings';

/** REST: JSON over HTTP, and the methods and statuses of HTTP. */
export const rest = {
  name: 'rest' as const,
  description: 'Outgoing REST connections by name',
  connection: restConnection,
  defaults: restDefaults,
  attemptKeys: [
    'connectTimeout',
    'timeout',
    'maxResponse',
    'maxHeader',
    'numbers',
    'emptyList',
    'redirects',
    'security',
    'tls',
    'chaos',
    'proxy',
    'allowH2',
  ],
  unmergedKeys: ['redirects', 'tls'],
  described: { keys: ['services', 'onStatus'], placeholders: { url: 'http://described.invalid' } },

  open({ defaults, rest: configured }, { security, ...environment }) {
    const byName = new Map(
      Object.entries(configured).map(([name, config]): [string, Connections.Connection] => {
        const settings = resolveRestSettings({ name, config, defaults, security });
        // undici is loaded by the first connection.
        // oxlint-disable-next-line typescript/no-require-imports -- see above
        const { Connection }: typeof Connections = require('./connection');
        return [name, new Connection(settings, config, environment)];
      }),
    );
    return {
      byName,
      createView: createViewFactory(byName, (connection, invocation) => new RestConnection(connection, invocation)),
    };
  },

  createAdapters({ rest: configured }) {
    return Object.entries(configured).flatMap(([connection, { services = {} }]) =>
      Object.entries(services).map(([name, operation]) => createYamlAdapter(name, connection, operation)),
    );
  },

  listAdapterErrors,
  listErrors,
} satisfies ConnectionKind<RestSection>;

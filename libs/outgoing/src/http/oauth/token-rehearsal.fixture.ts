import { securitySection } from '@trunkline/security';
import { createJsonResponse, ScriptedUpstream } from '@trunkline/testing';
import { TestBus } from '../../test-bus.fixture';

/** What a rehearsal of token requests consists of. */
export interface Rehearsal {
  /** The credential as in YAML, without type and URL. */
  readonly credential: object;
  /** Responses of the token endpoint in turn; the last one is repeated. */
  readonly responses: readonly Uint8Array[];
  /** Path of the token endpoint. Default: `/token`. */
  readonly path?: string;
  /** Settings of the connection. */
  readonly settings?: object;
  /** Responses of the upstream in turn. Default: 200. */
  readonly served?: readonly Uint8Array[];
}

/** A connection `CRM` with an OAuth 2 credential, its upstream, and its token endpoint. */
export class TokenRehearsal {
  private constructor(
    readonly server: ScriptedUpstream,
    readonly upstream: ScriptedUpstream,
    readonly bus: TestBus,
  ) {}

  static async start({ credential, responses, path = '/token', settings, served = [] }: Rehearsal) {
    const server = await ScriptedUpstream.listen((socket, _request, count) =>
      socket.write(responses[count - 1] ?? responses.at(-1) ?? ''),
    );
    const upstream = await ScriptedUpstream.listen((socket, _request, count) =>
      socket.write(served[count - 1] ?? createJsonResponse({ ok: true })),
    );
    const token = { type: 'oauth2', tokenUrl: `${server.url}${path}`, ...credential };
    const bus = new TestBus({
      outgoing: { rest: { CRM: { url: upstream.url, security: 'token', retry: 'off', ...settings } } },
      security: securitySection.schema.parse({ token }).credentials,
    });
    return new TokenRehearsal(server, upstream, bus);
  }

  /** Makes a call. @returns its status */
  async call(): Promise<number> {
    return (await this.bus.run((crm) => crm.get('/'))).status;
  }

  async close(): Promise<void> {
    await Promise.all([this.bus.close(), this.upstream.close(), this.server.close()]);
  }
}

/** Reads the header `Authorization` of a request. */
export function findAuthorization(request = ''): string | undefined {
  return /^authorization: (.*)\r$/im.exec(request)?.[1];
}

import type { SerializedResponse } from '@trunkline/http-server';

type Headers = SerializedResponse['headers'];

/**
 * Selects the headers of a response that may be replayed: not those of a single exchange (RFC 9110 §6.6.1, §7.6.1), and not
 * `Set-Cookie`, which would give the session of one client to another.
 */
export function selectReplayableHeaders(headers: Headers): Headers {
  if (!('connection' in headers || 'date' in headers || 'set-cookie' in headers)) return headers;
  const { connection: _connection, date: _date, 'set-cookie': _cookie, ...kept } = headers;
  return kept;
}

import type { SerializedResponse } from '@trunkline/http-server';

type Headers = SerializedResponse['headers'];

/**
 * The headers of an answer that may be sent again with it: without those that belong to one exchange alone (RFC 9110 §6.6.1, §7.6.1),
 * and without `Set-Cookie`, which would give the session of one client to another.
 */
export function selectReplayableHeaders(headers: Headers): Headers {
  if (!('connection' in headers || 'date' in headers || 'set-cookie' in headers)) return headers;
  const { connection: _connection, date: _date, 'set-cookie': _cookie, ...kept } = headers;
  return kept;
}

import { accessSync, constants } from 'node:fs';
import { getErrorCode } from '@trunkline/failures';
import { checkParameters } from './check-parameters';
import { StoreUrlError } from './store-url-error';

const EXPECTED_FORM = 'expected a URL such as postgres://user:password@host:5432/database';
const FILE_PARAMETERS = ['sslrootcert', 'sslcert', 'sslkey'] as const;
/** SSL modes that `pg` supports. */
const SSL_MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];
/** Parameters that `pg` supports. */
const PARAMETERS = [
  'application_name',
  'client_encoding',
  'host',
  'idle_in_transaction_session_timeout',
  'lock_timeout',
  'options',
  'ssl',
  'sslmode',
  'sslnegotiation',
  ...FILE_PARAMETERS,
  'uselibpqcompat',
];

/**
 * Rejects the URL of a PostgreSQL that would fail later: an unknown parameter or `sslmode`, several hosts, an unreadable certificate or
 * key.
 *
 * @throws {StoreUrlError} with the reason
 */
export function checkPostgresUrl(url: string): void {
  const { host, searchParams } = parseUrl(url);
  if (host.includes(',')) throw new StoreUrlError('several hosts in the URL; expected one');
  checkParameters(searchParams, PARAMETERS);
  const mode = searchParams.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw new StoreUrlError(`unknown sslmode \`${mode}\` in the URL; expected ${SSL_MODES.join(', ')}`);
  }
  for (const name of FILE_PARAMETERS) checkFile(name, searchParams.get(name));
}

/** A URL without a host is that of a Unix domain socket: `postgres://user@/database?host=/run/postgresql`. */
function parseUrl(url: string): URL {
  const text = url.replace('@/', '@localhost/');
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(text)) throw new StoreUrlError(EXPECTED_FORM);
  return new URL(text);
}

function checkFile(parameter: string, path: string | null): void {
  if (path === null) return;
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new StoreUrlError(`${parameter} in the URL: the file ${path} cannot be read (${getErrorCode(cause)})`, {
      cause,
    });
  }
}

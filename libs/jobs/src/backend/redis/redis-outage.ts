import { errorCode, errorMessage } from '../error-code';

/** How ioredis and BullMQ say that there is no connection, and how Redis says that it cannot work now. */
const SIGNS = [
  /^Connection is closed/,
  /^Stream isn't writeable/,
  /^Reached the max retries per request limit/,
  /^Socket timeout/,
  /^Command timed out/,
  /^All sentinels are unreachable/,
  /^Failed to refresh slots cache/,
  /^Cluster isn't ready/,
  /^Cluster is ended/,
  /^Too many Cluster redirections/,
  /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|MISCONF|OOM|BUSY|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|UNBLOCKED)\b/,
];
const NETWORK = /^E[A-Z]+$/;
/** As OpenSSL and Node name what is wrong with a certificate or a handshake. */
export const TLS_FAILURE = /^(?:ERR_(?:TLS|SSL)_.+|.*CERT.*|.*SIGNATURE.*|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)$/;

/** Is Redis away, or unable to work? Every other error is about the call. */
export function isRedisOutage(error: unknown): boolean {
  const message = errorMessage(error);
  return (
    NETWORK.test(errorCode(error)) || TLS_FAILURE.test(errorCode(error)) || SIGNS.some((sign) => sign.test(message))
  );
}

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
const TLS = /^(?:ERR_(?:TLS|SSL)_.+|.*CERT.*|.*SIGNATURE.*|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)$/;
const NOT_FOR_US = /^(?:NOAUTH|WRONGPASS|NOPERM)\b/;

/** Is Redis away, or unable to work? Every other error is about the call. */
export function isRedisOutage(error: unknown): boolean {
  const message = errorMessage(error);
  return NETWORK.test(errorCode(error)) || TLS.test(errorCode(error)) || SIGNS.some((sign) => sign.test(message));
}

/** Is Redis there, and does not want us, or we do not trust it? That does not end by itself. */
export function isRedisRefusal(error: unknown): boolean {
  return TLS.test(errorCode(error)) || NOT_FOR_US.test(errorMessage(error));
}

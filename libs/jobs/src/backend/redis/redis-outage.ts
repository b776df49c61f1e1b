import { getErrorCode, getErrorMessage } from '@trunkline/failures';

/** How ioredis and BullMQ say that there is no connection, and how Redis says that it cannot work now. */
const OUTAGE_MESSAGES = [
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
const NETWORK_ERROR_CODE = /^E[A-Z]+$/;
/** As OpenSSL and Node name what is wrong with a certificate or a handshake. */
export const TLS_ERROR_CODE =
  /^(?:ERR_(?:TLS|SSL)_.+|.*CERT.*|.*SIGNATURE.*|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)$/;

/** Is Redis away, or unable to work? Every other error is about the call. */
export function isRedisOutage(error: unknown): boolean {
  const message = getErrorMessage(error);
  return (
    NETWORK_ERROR_CODE.test(getErrorCode(error)) ||
    TLS_ERROR_CODE.test(getErrorCode(error)) ||
    OUTAGE_MESSAGES.some((sign) => sign.test(message))
  );
}

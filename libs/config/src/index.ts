/**
 * Configuration for the bus: YAML files in, typed values out, and every mistake with its file, line and column.
 * Not for: what the sections mean. Each room declares its own and hands it in; nothing but this room reads `process.env`.
 */
// Declare a section
export { type ConfigSection, defineSection } from './schema/section';
export { type DurationBounds, duration } from './values/duration';
export { httpUrl } from './values/http-url';
export { certificates, isKeyPair, privateKey } from './values/pem';
export { secret } from './values/secret';
export { parseRedisAddress, type RedisAddress } from './values/store-url/redis-address';
export { schemaName } from './values/store-url/schema-name';
export { StoreUrlError } from './values/store-url/store-url-error';
export { checkedStoreUrl, postgresUrl, redisUrl } from './values/store-url/store-url';
export { type SizeBounds, size } from './values/size';
export { switchable } from './values/switchable';
export { type TlsSettings, tlsSection } from './values/tls-section';
// Load
export { type ConfigCheck, type ConfigOptions, type ConfigReading, loadConfig, readConfig } from './load-config';
export type { LoadedConfig } from './loaded-config';
export type { Environment } from './source/interpolation';
// Tell what is wrong
export { ConfigurationError, EX_CONFIG } from './configuration-error';
export { didYouMean, nearest } from './nearest';
export { type ConfigPath, formatPath } from './path';
export { type Position, formatPosition } from './position';
export { type ConfigProblem, formatProblem } from './problem';
// Describe to people and editors
export { jsonSchema } from './schema/editor-schema';
export { referencePage } from './schema/reference-page';

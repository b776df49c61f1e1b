/**
 * Configuration for the bus: YAML files in, typed values out, and every mistake with its file, line and column.
 * Not for: what the sections mean. Each room declares its own and hands it in; nothing but this room reads `process.env`.
 */
// Declare a section
export { type ConfigSection, defineSection } from './schema/config-section';
export { type DurationBounds, duration } from './values/duration';
export { httpUrl } from './values/http-url';
export { certificates, isKeyPair, privateKey } from './values/pem';
export { secret } from './values/secret';
export { parseRedisAddress, type RedisAddress } from './values/store-url/redis-address';
export { schemaName } from './values/store-url/schema-name';
export { StoreUrlError } from './values/store-url/store-url-error';
export { refineStoreUrl, postgresUrl, redisUrl } from './values/store-url/store-url';
export { type SizeBounds, size } from './values/size';
export { switchable } from './values/switchable';
export { type TlsSettings, tlsSettings } from './values/tls-settings';
// Load
export { type ConfigCheck, type LoadConfigOptions, type ReadConfigResult, loadConfig, readConfig } from './load-config';
export type { LoadedConfig } from './loaded-config';
export type { Environment } from './source/interpolator';
// Tell what is wrong
export { ConfigurationError, EX_CONFIG } from './problems/configuration-error';
export { formatSuggestion, findNearestName } from './problems/nearest-name';
export { type ConfigPath, formatPath, getLastKey } from './problems/config-path';
export { findUnknownName, type KnownNames } from './problems/unknown-name';
export { type Position, formatPosition } from './problems/position';
export { type ConfigProblem, formatProblem } from './problems/config-problem';
// Describe to people and editors
export { createEditorSchema } from './schema/editor-schema';
export { renderReferencePage } from './schema/reference-page';

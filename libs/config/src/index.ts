/**
 * Configuration of the bus: reads YAML files, returns typed values, and reports every mistake with its file, line and column.
 * Not for: the meaning of the sections, which each room declares for itself. Only this room reads `process.env`.
 */
// To declare a section
export { type ConfigSection, defineSection } from './schema/config-section';
export { type MergedShapes, mergeShapes } from './schema/merge-shapes';
export { type DurationBounds, duration } from './values/duration';
export { httpUrl } from './values/http-url';
export { type ProxySettings, parseProxySettings, proxySection } from './values/proxy';
export { certificates, isKeyPair, privateKey } from './values/pem';
export { secret } from './values/secret';
export { parseRedisAddress, type RedisAddress } from './values/store-url/redis-address';
export { schemaName } from './values/store-url/schema-name';
export { StoreUrlError } from './values/store-url/store-url-error';
export { refineStoreUrl, postgresUrl, redisUrl } from './values/store-url/store-url';
export { type SizeBounds, size } from './values/size';
export { switchable } from './values/switchable';
export { type TlsSettings, tlsSettings } from './values/tls-settings';
// To load
export { type ConfigCheck, type LoadConfigOptions, type ReadConfigResult, loadConfig, readConfig } from './load-config';
export type { LoadedConfig } from './loaded-config';
export type { Environment } from './source/interpolator';
// To report problems
export { ConfigurationError, EX_CONFIG } from './problems/configuration-error';
export { formatSuggestion, findNearestName } from './problems/nearest-name';
export { type ConfigPath, formatPath, getLastKey } from './problems/config-path';
export { findUnknownName, type KnownNames } from './problems/unknown-name';
export { type Position, formatPosition } from './problems/position';
export { type ConfigProblem, formatProblem } from './problems/config-problem';
// To describe the configuration to people and editors
export { createEditorSchema } from './schema/editor-schema';
export { renderReferencePage } from './schema/reference-page';

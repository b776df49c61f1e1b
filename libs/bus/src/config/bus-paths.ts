import type { BusConfig } from './bus-config';

/** The paths that serve the OpenAPI document and its page; `undefined` when the bus does not serve them. */
export function readOpenApiPaths({ bus }: BusConfig): { document: string; docs: string | undefined } | undefined {
  const { openapi } = bus.http;
  if (openapi === 'off') return undefined;
  return { document: openapi.path, docs: openapi.docs === 'off' ? undefined : openapi.docs };
}

/** The path of the pages that explain error codes; `undefined` when `bus.errors.typeBase` is a URL elsewhere. */
export function readErrorPagesPath({ bus }: BusConfig): string | undefined {
  const { typeBase } = bus.errors;
  return typeBase.startsWith('/') ? typeBase : undefined;
}

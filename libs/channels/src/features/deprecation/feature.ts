import type { OnRequestStep } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import { type Deprecation, deprecated } from './deprecation-options';

type Options = {
  readonly deprecated?: Deprecation | undefined;
};

/** Announces that a channel is deprecated, in the headers of every response. */
export const deprecation = {
  options: { deprecated: deprecated.optional() },
  onRequest: ({ options }) => options.deprecated && createDeprecationStep(options.deprecated),
  describe: ({ options }) =>
    options.deprecated ? { isDeprecated: true, notes: describeDeprecation(options.deprecated) } : {},
} satisfies ChannelFeature<Options>;

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` on every response. */
function createDeprecationStep({ since, sunset, link }: Deprecation): OnRequestStep {
  const headers = {
    deprecation: `@${Math.floor(Date.parse(since) / 1_000)}`,
    ...(sunset !== undefined && { sunset: new Date(sunset).toUTCString() }),
    ...(link !== undefined && { link: `<${link}>; rel="deprecation"` }),
  };
  return (request) => {
    request.responseHeaders = { ...request.responseHeaders, ...headers };
  };
}

function describeDeprecation({ since, sunset, link }: Deprecation): readonly string[] {
  return [
    `Deprecated since ${since}.`,
    ...(sunset === undefined ? [] : [`It will become unavailable on ${sunset}.`]),
    ...(link === undefined ? [] : [`Replacement: ${link}`]),
  ];
}

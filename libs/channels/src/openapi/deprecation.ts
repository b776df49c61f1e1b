import type { DescribedDeprecation } from './described-channel';
import type { Operation } from './openapi-document';

/** The description of an operation, and that it is on its way out where it is. */
export function describeDeprecation(
  description: string | undefined,
  deprecated: DescribedDeprecation | undefined,
): Pick<Operation, 'description' | 'deprecated'> {
  if (!deprecated) return description === undefined ? {} : { description };
  const { since, sunset, link } = deprecated;
  const sentences = [
    description,
    `Deprecated since ${since}.`,
    sunset === undefined ? undefined : `It stops to answer on ${sunset}.`,
    link === undefined ? undefined : `What to use instead: ${link}`,
  ];
  return { deprecated: true, description: sentences.filter((sentence) => sentence !== undefined).join('\n\n') };
}

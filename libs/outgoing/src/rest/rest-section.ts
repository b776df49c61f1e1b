import { z } from 'zod';
import { httpConnection, type HttpDefaults } from '../http/http-section';
import { NUMBER_RULES } from '../http/json/strict-json';
import { onStatus } from './adapter/on-status';
import { operations } from './adapter/operation-section';
import { emptyList } from './request/empty-list';

const numbers = z
  .enum(NUMBER_RULES)
  .describe(
    'Numbers of a response whose digits a double cannot hold, such as 9007199254740993: `exact` rejects the response, `text` reads them as strings, `lenient` rounds them',
  );

/** Values for REST connections that configure none: keys of `outgoing.defaults`. */
export const restDefaults = {
  numbers: numbers.default('exact'),
  emptyList: emptyList.optional(),
  onStatus: onStatus.optional(),
};

/** A REST connection. */
export const restConnection = z
  .strictObject({
    ...httpConnection,
    numbers: numbers.optional(),
    emptyList: emptyList.optional(),
    onStatus: onStatus.optional(),
    services: operations.optional(),
  })
  .describe('An external REST system: its address, and the options of its calls');

/** The configuration of a REST connection. */
export type RestConfig = z.output<typeof restConnection>;

/** The configured defaults of REST connections. */
export type RestDefaults = HttpDefaults & z.output<z.ZodObject<typeof restDefaults>>;

/** The part of the section `outgoing:` that REST reads. */
export interface RestSection {
  readonly defaults: RestDefaults;
  readonly rest: Readonly<Record<string, RestConfig>>;
}

import { type ConfigSection, defineSection, mergeShapes, type MergedShapes } from '@trunkline/config';
import { z } from 'zod';
import type { ConnectionKind } from './connection-kind';
import { httpDefaults } from './http/http-section';
import { CONNECTION_KINDS } from './kinds';

/** Kinds of any sections. */
export type AnyKind = ConnectionKind<never>;

/** The validated section `outgoing:` with the connections of kinds. */
export type SectionOf<Kinds extends readonly AnyKind[]> = {
  readonly defaults: z.output<z.ZodObject<typeof httpDefaults & MergedShapes<Kinds[number]['defaults']>>>;
} & {
  readonly [Kind in Kinds[number] as Kind['name']]: Readonly<Record<string, z.output<Kind['connection']>>>;
};

/**
 * Creates the section `outgoing:` for kinds of connections.
 *
 * @throws {TypeError} when two kinds have the same name, or the same key of `outgoing.defaults`
 */
export function createOutgoingSection<const Kinds extends readonly AnyKind[]>(
  kinds: Kinds,
): ConfigSection<SectionOf<Kinds>>;
export function createOutgoingSection(kinds: readonly AnyKind[]): ConfigSection<unknown> {
  const defaults = z
    .strictObject(mergeShapes([httpDefaults, ...kinds.map((kind) => kind.defaults)]))
    .describe('Values for connections that configure none');
  const byKind = kinds.map(({ name, connection, description }) => ({
    [name]: z.record(z.string().min(1), connection).default({}).describe(description),
  }));
  return defineSection({
    key: 'outgoing',
    schema: z.strictObject(mergeShapes([{ defaults: defaults.prefault({}) }, ...byKind])),
  });
}

/** The section `outgoing:` of the configuration. */
export const outgoingSection = createOutgoingSection(CONNECTION_KINDS);

/** The validated section `outgoing:`. */
export type OutgoingConfig = SectionOf<typeof CONNECTION_KINDS>;

import { jsonSchema, referencePage } from '@trunkline/config';
import { SECTIONS } from '../bus-config';
import { print } from './output';

/** `trunkline schema`: what the configuration may hold, for editors or, as a page, for people. */
export function schemaCommand({ markdown = false }: { readonly markdown?: boolean }): void {
  print(markdown ? referencePage(SECTIONS).trimEnd() : JSON.stringify(jsonSchema(SECTIONS), undefined, 2));
}

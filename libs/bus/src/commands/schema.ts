import { createEditorSchema, renderReferencePage } from '@trunkline/config';
import { SECTIONS } from '../config/bus-config';
import { print } from './output';

/** `trunkline schema`: what the configuration may hold, for editors or, as a page, for people. */
export function printConfigSchema({ markdown = false }: { readonly markdown?: boolean }): void {
  print(
    markdown ? renderReferencePage(SECTIONS).trimEnd() : JSON.stringify(createEditorSchema(SECTIONS), undefined, 2),
  );
}

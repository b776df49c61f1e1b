import { createEditorSchema, renderReferencePage } from '@trunkline/config';
import { SECTIONS } from '../config/bus-config';
import { print } from './output';

/** Runs `trunkline schema`: prints the JSON Schema of the configuration, or its reference page. */
export function printConfigSchema({ markdown = false }: { readonly markdown?: boolean }): void {
  print(
    markdown ? renderReferencePage(SECTIONS).trimEnd() : JSON.stringify(createEditorSchema(SECTIONS), undefined, 2),
  );
}

import type { JsonSchema } from '@trunkline/service';
import { type Html, html } from './html';

/** Keywords with a specific rendering; others are listed with their values. */
const RENDERED_KEYWORDS = new Set([
  '$ref',
  'type',
  'properties',
  'required',
  'items',
  'anyOf',
  'allOf',
  'enum',
  'const',
  'description',
]);
/** Keywords that are not rendered, since all declared inputs and outputs have them. */
const HIDDEN_KEYWORDS = new Set(['additionalProperties', '$defs', 'title']);

/** Renders a schema as a table of its members, or as one line without members. */
export function renderSchema(schema: JsonSchema): Html {
  const { properties, required = [], description } = schema;
  const paragraph = description !== undefined && html`<p>${description}</p>`;
  if (!properties)
    return html`${paragraph}
      <p>${renderType(schema)} ${renderConstraints(schema)}</p>`;
  return html`${paragraph}
    <table>
      ${Object.entries(properties).map(
        ([name, member]) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td>${renderRequired(required.includes(name))}</td>
            <td>${renderMember(member)}</td>
          </tr>`,
      )}
    </table>`;
}

/** Renders whether a value is required. */
export function renderRequired(isRequired: boolean): Html {
  return isRequired ? html`required` : html`<span class="dim">optional</span>`;
}

/** Renders one value: its type, constraints and members. */
export function renderMember(schema: JsonSchema): Html {
  const { description, items } = schema;
  const nested = schema.properties ? schema : items?.properties ? items : undefined;
  return html`${renderType(schema)} ${renderConstraints(schema)}
  ${description !== undefined && html`<br />${description}`} ${nested && renderSchema({ ...nested, description: '' })}`;
}

/** Renders a type in words, and a reference to a named schema as a link. */
function renderType(schema: JsonSchema): Html {
  const { $ref, type, items, anyOf, allOf } = schema;
  const choice = schema.enum ?? ('const' in schema ? [schema['const']] : undefined);
  if ($ref !== undefined) return renderSchemaLink($ref);
  if (choice)
    return joinHtml(
      choice.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' | ',
    );
  if (anyOf) return joinHtml(anyOf.map(renderType), ' or ');
  if (allOf) return joinHtml(allOf.map(renderType), ' and ');
  if (type === 'array' && items) return html`list of ${renderType(items)}`;
  if (type === undefined) return html`anything`;
  return html`${[type].flat().join(' or ')}`;
}

function renderSchemaLink(ref: string): Html {
  const name = ref.split('/').at(-1) ?? ref;
  return html`<a href="#schema-${name}">${name}</a>`;
}

function renderConstraints(schema: JsonSchema): Html {
  const facts = Object.entries(schema).filter(
    ([keyword]) => !RENDERED_KEYWORDS.has(keyword) && !HIDDEN_KEYWORDS.has(keyword),
  );
  return html`<span class="dim"
    >${facts.map(([keyword, value]) => `${keyword} ${JSON.stringify(value)}`).join(', ')}</span
  >`;
}

function joinHtml(parts: readonly Html[], separator: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${separator}${part}`))}`;
}

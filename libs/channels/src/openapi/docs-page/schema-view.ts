import type { JsonSchema } from '@trunkline/service';
import { type Html, html } from './html';

/** Keywords that are told in words of their own; all others are told as they are. */
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
/** Not said of members, since it goes for all objects that bus services declare. */
const HIDDEN_KEYWORDS = new Set(['additionalProperties', '$defs', 'title']);

/** A schema as a table of its members, or as one line where it has none. */
export function renderSchema(schema: JsonSchema): Html {
  const { properties, required = [], description } = schema;
  const told = description !== undefined && html`<p>${description}</p>`;
  if (!properties)
    return html`${told}
      <p>${renderType(schema)} ${renderConstraints(schema)}</p>`;
  return html`${told}
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

/** Whether something has to be there. */
export function renderRequired(isRequired: boolean): Html {
  return isRequired ? html`required` : html`<span class="dim">optional</span>`;
}

/** One value: its type, what else is asked of it, and what is inside. */
export function renderMember(schema: JsonSchema): Html {
  const { description, items } = schema;
  const nested = schema.properties ? schema : items?.properties ? items : undefined;
  return html`${renderType(schema)} ${renderConstraints(schema)}
  ${description !== undefined && html`<br />${description}`} ${nested && renderSchema({ ...nested, description: '' })}`;
}

/** A type in words; a schema that is kept under a name is a link to it. */
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

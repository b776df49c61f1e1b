import type { JsonSchema } from '@trunkline/service';
import { type Html, html } from './html';

/** Keywords that are told in words of their own; all others are told as they are. */
const TOLD = new Set([
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
const UNSAID = new Set(['additionalProperties', '$defs', 'title']);

/** A schema as a table of its members, or as one line where it has none. */
export function schemaView(schema: JsonSchema): Html {
  const { properties, required = [], description } = schema;
  const told = description !== undefined && html`<p>${description}</p>`;
  if (!properties)
    return html`${told}
      <p>${typeOf(schema)} ${factsOf(schema)}</p>`;
  return html`${told}
    <table>
      ${Object.entries(properties).map(
        ([name, member]) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td>${requiredMark(required.includes(name))}</td>
            <td>${memberView(member)}</td>
          </tr>`,
      )}
    </table>`;
}

/** Whether something has to be there. */
export function requiredMark(isRequired: boolean): Html {
  return isRequired ? html`required` : html`<span class="dim">optional</span>`;
}

/** One value: its type, what else is asked of it, and what is inside. */
export function memberView(schema: JsonSchema): Html {
  const { description, items } = schema;
  const nested = schema.properties ? schema : items?.properties ? items : undefined;
  return html`${typeOf(schema)} ${factsOf(schema)} ${description !== undefined && html`<br />${description}`}
  ${nested && schemaView({ ...nested, description: '' })}`;
}

/** A type in words; a schema that is kept under a name is a link to it. */
function typeOf(schema: JsonSchema): Html {
  const { $ref, type, items, anyOf, allOf } = schema;
  const choice = schema.enum ?? ('const' in schema ? [schema['const']] : undefined);
  if ($ref !== undefined) return linkTo($ref);
  if (choice)
    return joined(
      choice.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' | ',
    );
  if (anyOf) return joined(anyOf.map(typeOf), ' or ');
  if (allOf) return joined(allOf.map(typeOf), ' and ');
  if (type === 'array' && items) return html`list of ${typeOf(items)}`;
  if (type === undefined) return html`anything`;
  return html`${[type].flat().join(' or ')}`;
}

function linkTo(ref: string): Html {
  const name = ref.split('/').at(-1) ?? ref;
  return html`<a href="#schema-${name}">${name}</a>`;
}

function factsOf(schema: JsonSchema): Html {
  const facts = Object.entries(schema).filter(([keyword]) => !TOLD.has(keyword) && !UNSAID.has(keyword));
  return html`<span class="dim"
    >${facts.map(([keyword, value]) => `${keyword} ${JSON.stringify(value)}`).join(', ')}</span
  >`;
}

function joined(parts: readonly Html[], separator: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${separator}${part}`))}`;
}

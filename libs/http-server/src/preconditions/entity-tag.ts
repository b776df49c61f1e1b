import { hash } from 'node:crypto';

/** A version of a representation (RFC 9110 §8.8.3). */
export interface EntityTag {
  /** The tag in its quotes, without `W/`. */
  readonly tag: string;
  readonly isWeak: boolean;
}

/** The value of `If-Match` or `If-None-Match`: entity tags, or `*` for any. */
export type EntityTags = '*' | readonly EntityTag[];

const ENTITY_TAG = /^(?:W\/)?"[!#-~\u0080-\u00FF]*"$/;
/** One element of a list: a tag, or none, as in `"a",,"b"` (RFC 9110 §5.6.1.2). A tag may contain commas. */
const LIST_ELEMENT = /[ \t]*(?:((?:W\/)?"[!#-~\u0080-\u00FF]*")[ \t]*)?(?:,|$)/y;
/** Marks the tag of a compressed representation. Jetty uses the same suffix. */
const CODING_SUFFIX = /--(?:br|gzip)"$/;

/** Creates the strong entity tag of a body. */
export function createStrongEtag(body: string | Uint8Array): string {
  return `"${hash('sha1', body, 'base64url')}"`;
}

/** Creates the weak entity tag of a body. It is weak, since the same body is sent compressed or uncompressed (RFC 9110 §8.8.1). */
export function createWeakEtag(body: string): string {
  return `W/${createStrongEtag(body)}`;
}

/** Whether a text is an entity tag, such as `"7"` or `W/"7"`. */
export function isEntityTag(text: string): boolean {
  return ENTITY_TAG.test(text);
}

/** Parses an entity tag that is known to be one. */
export function parseEntityTag(text: string): EntityTag {
  const isWeak = text.startsWith('W/');
  return { tag: isWeak ? text.slice(2) : text, isWeak };
}

/**
 * Parses the value of `If-Match` or `If-None-Match`.
 *
 * @returns `undefined` for a malformed value: an empty one, a tag without quotes, `*` among tags
 */
export function parseEntityTags(value: string): EntityTags | undefined {
  if (value.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  LIST_ELEMENT.lastIndex = 0;
  while (LIST_ELEMENT.lastIndex < value.length) {
    const match = LIST_ELEMENT.exec(value);
    if (!match) return undefined;
    if (match[1] !== undefined) tags.push(parseEntityTag(match[1]));
  }
  LIST_ELEMENT.lastIndex = 0;
  return tags.length > 0 ? tags : undefined;
}

/** Whether one of the tags is the current one, by strong comparison: weak tags never are (RFC 9110 §8.8.3.2). */
export function matchesStrongly(tags: readonly EntityTag[], current: EntityTag): boolean {
  return !current.isWeak && tags.some(({ tag, isWeak }) => !isWeak && tag === current.tag);
}

/** Whether one of the tags is the current one, by weak comparison. */
export function matchesWeakly(tags: readonly EntityTag[], current: EntityTag): boolean {
  return tags.some(({ tag }) => tag === current.tag);
}

/**
 * Adds the versions of tags to them: that of `"7--gzip"`, the tag of a compressed representation, is `"7"`. To a client that changes a
 * resource, all its representations are one version.
 */
export function addVersions(tags: readonly EntityTag[]): readonly EntityTag[] {
  return tags.flatMap((each) => {
    const version = removeCodingSuffix(each.tag);
    return version === each.tag ? [each] : [each, { tag: version, isWeak: each.isWeak }];
  });
}

/** Creates the tag of a representation in a content coding: another sequence of bytes needs another strong tag (RFC 9110 §8.8.3.3). */
export function addCodingSuffix(etag: string, coding: string): string {
  return etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}--${coding}"`;
}

/** Removes what {@link addCodingSuffix} has added. */
export function removeCodingSuffix(tag: string): string {
  return tag.replace(CODING_SUFFIX, '"');
}

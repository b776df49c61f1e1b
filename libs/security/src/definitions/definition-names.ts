/** Lists the security definitions that the option `security` of a channel names; none for `none`. */
export function toDefinitionNames(security: string | readonly string[]): readonly string[] {
  if (typeof security !== 'string') return security;
  return security === 'none' ? [] : [security];
}

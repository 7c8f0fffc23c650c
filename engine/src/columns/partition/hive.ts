/** What Hive and all who read its tables take for null. */
export const HIVE_DEFAULT = '__HIVE_DEFAULT_PARTITION__';

/** As in Hive's `FileUtils.charToEscape`: control characters, DEL, and what paths, globs and partition specs give a meaning. */
const ESCAPED = /[\x00-\x1f"#%'*/:=?\\{[\]^\x7f]/g;

/** A partition value as part of a path; null and the empty string, which Hive cannot tell apart, get their stand-in. */
export function hiveValue(text: string | null): string {
  return text === null || text === '' ? HIVE_DEFAULT : text.replace(ESCAPED, percentEncoded);
}

/** A finished segment. Hive leaves dots alone, but a value must not climb out of its folder. */
export function safeSegment(segment: string): string {
  return segment === '.' || segment === '..' ? segment.replaceAll('.', '%2E') : segment;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Top-level fields that a partition template takes values of: `dt={at:%Y}/{geo.city}` has `at` and `geo`. */
export function fieldNames(template: string): string[] {
  return Array.from(template.matchAll(/\{([^}:.]+)[^}]*\}/g), ([, name]) => name!.trim());
}

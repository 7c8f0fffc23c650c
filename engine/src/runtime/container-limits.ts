/*
 * The files in which Linux says what a control group (a container) may use. Version 1 mounts each controller by itself, version 2
 * all of them at one place; some hosts have both. Limits are inherited: the smallest on the way up counts.
 *
 *        CPU                                        memory limit            in use             of it given up for the asking
 *   v2   cpu.max: "<quota µs|max> <period µs>"      memory.max: "max"|n     memory.current     memory.stat: inactive_file
 *   v1   cpu.cfs_quota_us (-1: none),               memory.limit_in_bytes   memory.            memory.stat:
 *        cpu.cfs_period_us                          (about 2^63: none)      usage_in_bytes     total_inactive_file
 */

/** Where a process stands in a hierarchy of control groups, by /proc/self/cgroup. */
export interface ControlGroup {
  /** `cpu`, `memory`, …; empty in version 2, where one hierarchy has them all. */
  readonly controllers: readonly string[];
  readonly path: string;
}

/** Version 1 says so when there is no limit: the largest number of whole pages. */
const NO_LIMIT = 2 ** 60;

/** Reads /proc/self/cgroup: a line is `<number>:<controllers>:<path>`. Lines of another form are left out. */
export function parseControlGroups(text: string): ControlGroup[] {
  return text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    return [{ controllers: controllers === '' ? [] : controllers.split(','), path }];
  });
}

/** Folders from a group up to the root of its hierarchy; inside a container only the last one may be there. */
export function ancestors(path: string): string[] {
  const names = path.split('/').filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, up) => names.slice(0, names.length - up).join('/'));
}

/** CPUs by the text of `cpu.max`; undefined: no limit, or no such text. */
export function parseCpuMax(text: string | undefined): number | undefined {
  const [quota, period] = text?.trim().split(/\s+/) ?? [];
  return cpusOf(quota, period ?? '100000');
}

/** CPUs by the texts of `cpu.cfs_quota_us` and `cpu.cfs_period_us`; undefined: no limit, or no such text. */
export function parseCpuQuota(quota: string | undefined, period: string | undefined): number | undefined {
  return cpusOf(quota?.trim(), period?.trim());
}

/** Bytes by the text of `memory.max` or `memory.limit_in_bytes`; undefined: no limit, or no such text. */
export function parseMemoryLimit(text: string | undefined): number | undefined {
  const bytes = wholeNumber(text?.trim());
  return bytes !== undefined && bytes < NO_LIMIT ? bytes : undefined;
}

/**
 * Bytes in use that cannot be given up for the asking, as the kubelet counts them: without pages of files that nobody looked at
 * lately. Undefined without a number to start from.
 */
export function parseMemoryUse(used: string | undefined, stat: string | undefined): number | undefined {
  const bytes = wholeNumber(used?.trim());
  if (bytes === undefined) return undefined;
  const total = /^total_inactive_file (\d+)$/m.exec(stat ?? '') ?? /^inactive_file (\d+)$/m.exec(stat ?? '');
  return Math.max(0, bytes - Number(total?.[1] ?? 0));
}

function cpusOf(quota: string | undefined, period: string | undefined): number | undefined {
  const quotaUs = wholeNumber(quota);
  const periodUs = wholeNumber(period);
  return quotaUs && periodUs ? quotaUs / periodUs : undefined;
}

/** Undefined for `max`, -1 and whatever else is no whole number. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

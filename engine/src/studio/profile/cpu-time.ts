/** CPU time of the calling thread, in ms: other work of the machine does not show. Wall time where Node is older than 24. */
export function cpuMs(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

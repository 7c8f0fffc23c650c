import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { LaneSetup } from './workspace.ts';

/* As a program, with a `LaneSetup` as its argument: runs one pass and prints by how many bytes memory rose above the idle program. */

/** Peak resident memory of a lane in a process of its own, above that of the process before the lane was made. */
export async function residentMb(setup: LaneSetup): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, JSON.stringify(setup)]);
  return Math.round(Number(stdout) / 1e6);
}

if (process.argv[1] === import.meta.filename) {
  const { openLane } = await import('./lane.ts');
  const idleBytes = process.memoryUsage.rss();
  const lane = await openLane(JSON.parse(process.argv[2]!));
  await lane.run();
  console.log(peakBytes() - idleBytes);
}

/** Linux hands `maxRSS` of a parent on to its children; VmHWM is the process's own. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

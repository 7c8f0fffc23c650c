import { ParquetryError } from '../../core/errors.ts';
import type { Traffic } from './plan-from.ts';

/** Throws E_CONFIG for a traffic that cannot be. */
export function checkTraffic(traffic: Traffic): Traffic {
  for (const [name, value] of Object.entries(traffic)) {
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue;
    throw new ParquetryError('E_CONFIG', `${name} must be a number above 0, got ${value}`);
  }
  return traffic;
}

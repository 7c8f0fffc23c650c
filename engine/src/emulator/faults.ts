import { createRandom } from './random.ts';
import type { DecideFaults, Fault } from './service.ts';

/**
 * What happens to one message that ReceiveMessage hands out.
 * - `duplicate-delivery`: another receive is given the same message once more while it is in flight (standard queues)
 * - `early-redelivery`: it is visible again `afterMs` after the receive, whatever its visibility timeout says
 */
export type DeliveryFault = { kind: 'duplicate-delivery' } | { kind: 'early-redelivery'; afterMs: number };

/** One line of a fault plan: the calls it matches, how often it strikes, and what they suffer. Absent means any. */
export interface FaultRule {
  service?: 'sqs' | 's3';
  /** The operation, as in `ReceiveMessage` or `PutObject`; case matters. */
  action?: string;
  /** `*` and `?` as in file names (`*` also matches `/`), against `bucket/key` or the queue's name. */
  resource?: string;
  /** The share of matching calls (of delivered messages, for delivery faults) that suffer; 1 unless told. */
  rate?: number;
  /** Strikes at most this often. */
  times?: number;
  fault: Fault | DeliveryFault;
}

/** A rule with what it has done so far. */
export interface FaultRuleState {
  rule: FaultRule;
  struck: number;
}

/**
 * Asked by services for every call and every delivery; changed at any time. Each rule draws from a random stream of its
 * own, so the same seed and the same traffic repeat a run, and traffic of one rule never shifts another's.
 */
export interface FaultPlan {
  decide: DecideFaults;
  /** Asked once for each message a receive hands out. */
  decideDelivery(queueName: string): DeliveryFault[];
  add(rule: FaultRule): void;
  /** Replaces all rules; their counts and random streams start anew. */
  set(rules: readonly FaultRule[]): void;
  clear(): void;
  state(): FaultRuleState[];
}

interface ActiveRule extends FaultRuleState {
  matchesResource(resource: string): boolean;
  random(): number;
}

/** A plan with `rules`, seeded. */
export function createFaultPlan(options: { seed: number; rules?: readonly FaultRule[] }): FaultPlan {
  let active: ActiveRule[] = [];
  let added = 0;
  const add = (rule: FaultRule) => active.push(activate(rule, options.seed + added++));
  const clear = () => {
    active = [];
    added = 0;
  };
  const set = (rules: readonly FaultRule[]) => {
    clear();
    for (const rule of rules) add(rule);
  };
  set(options.rules ?? []);

  return {
    decide: (call) => {
      if (active.length === 0) return [];
      const fits = (a: ActiveRule) =>
        !isDeliveryFault(a.rule.fault) && isFor(a, call.service, call.action, call.resource);
      return strike(active.filter(fits)) as Fault[];
    },
    decideDelivery: (queueName) => {
      if (active.length === 0) return [];
      const fits = (a: ActiveRule) => isDeliveryFault(a.rule.fault) && isFor(a, 'sqs', 'ReceiveMessage', queueName);
      return strike(active.filter(fits)) as DeliveryFault[];
    },
    add,
    set,
    clear,
    state: () => active.map(({ rule, struck }) => ({ rule, struck })),
  };
}

function activate(rule: FaultRule, seed: number): ActiveRule {
  return { rule, struck: 0, random: createRandom(seed), matchesResource: compileGlob(rule.resource ?? '*') };
}

function isDeliveryFault(fault: Fault | DeliveryFault): fault is DeliveryFault {
  return fault.kind === 'duplicate-delivery' || fault.kind === 'early-redelivery';
}

function isFor({ rule, matchesResource }: ActiveRule, service: string, action: string, resource: string): boolean {
  if (rule.service !== undefined && rule.service !== service) return false;
  if (rule.action !== undefined && rule.action !== action) return false;
  return matchesResource(resource);
}

/** Lets each matching rule draw; the first of a kind wins, and only a rule that strikes uses up one of its times. */
function strike(matching: ActiveRule[]): (Fault | DeliveryFault)[] {
  const faults: (Fault | DeliveryFault)[] = [];
  for (const active of matching) {
    const { fault, rate = 1, times = Number.POSITIVE_INFINITY } = active.rule;
    if (active.struck >= times || active.random() >= rate) continue;
    if (faults.some((earlier) => earlier.kind === fault.kind)) continue;
    active.struck++;
    faults.push(fault);
  }
  return faults;
}

function compileGlob(glob: string): (text: string) => boolean {
  if (glob === '*') return () => true;
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (text) => pattern.test(text);
}

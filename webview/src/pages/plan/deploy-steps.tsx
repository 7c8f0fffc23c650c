import type { PlanResult } from '../../../../engine/src/protocol/plan.ts';
import { fileName } from '../../components/place-link.tsx';
import { bytesText, countText } from '../../components/quantities.ts';

export interface DeployStepsProps {
  readonly plan: PlanResult;
  readonly folder: string;
  readonly environment?: string;
}

/** What comes after the plan: the studio does not deploy, so it says how a pipeline is run where it belongs. */
export function DeploySteps({ plan: { lanes, memoryBytes }, folder, environment }: DeployStepsProps) {
  const pipeline = `${quoted(fileName(folder))}${environment === undefined ? '' : ` --env ${quoted(environment)}`}`;
  return (
    <section class="measure-section" aria-labelledby="plan-deploy">
      <h2 id="plan-deploy">
        Run it for real <span class="dim">pick its environment above; the studio does not deploy, so by hand</span>
      </h2>
      <ol class="plan-deploy">
        <li>
          <code>parquetry doctor {pipeline}</code> where it will run: credentials, queue, buckets and machine.
        </li>
        <li>
          <code>parquetry run {pipeline}</code> in a container or as a service that is started again, with{' '}
          {countText(lanes)} {lanes === 1 ? 'CPU' : 'CPUs'} for the lanes and {bytesText(memoryBytes)} of memory. More
          of them share one queue.
        </li>
        <li>
          To stop or replace one, send SIGTERM: what it holds is written or goes back to the queue, and nothing is lost.
        </li>
      </ol>
    </section>
  );
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w./@%+:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

import { Icon } from '../../components/icon.tsx';
import { MeasurePage } from '../../components/measure-page.tsx';
import { useMeasurement } from '../../hooks/use-measurement.ts';
import { useView } from '../../hooks/use-view.ts';
import type { PageProps } from '../../page.ts';
import { CostBars } from './cost-bars.tsx';
import { DeploySteps } from './deploy-steps.tsx';
import { DiagnosisCards } from './diagnosis-cards.tsx';
import './plan.css';
import { FileBars } from './file-bars.tsx';
import { PlanSummary } from './plan-summary.tsx';
import { defaultTraffic, isTraffic, recordsPerSecond, TrafficFields } from './traffic-fields.tsx';
import { useSettled } from './use-settled.ts';

/** What a steady rate of records becomes: files, memory, money; and what stands in the way. */
export function PlanPage({ route, studio, shell, hasEditor, navigate }: PageProps<'plan'>) {
  const { folder, environment } = route;
  const [traffic, setTraffic] = useView('traffic', defaultTraffic, isTraffic);
  const { perMessage: recordsPerMessage, partitions, ...asked } = useSettled(traffic);
  const recordsPerS = recordsPerSecond(asked);
  const params =
    recordsPerS === undefined ? undefined : { folder, environment, recordsPerS, recordsPerMessage, partitions };
  const measurement = useMeasurement(studio, 'plan.run', params);
  return (
    <MeasurePage
      label="Plan"
      failure="There is no forecast"
      waiting="Say how many records arrive"
      setEnvironment={(name) => navigate({ ...route, environment: name })}
      controls={<TrafficFields traffic={traffic} onChange={setTraffic} />}
      {...{ folder, environment, studio, shell, hasEditor, measurement }}
    >
      {(plan, actions) => (
        <>
          <PlanSummary plan={plan} />
          <DiagnosisCards diagnoses={plan.diagnoses} actions={actions} />
          <FileBars plan={plan} />
          <CostBars plan={plan} />
          <DeploySteps {...{ plan, folder, environment }} />
          <div>
            {plan.notes.map((note) => (
              <p class="measure-notes" key={note}>
                <Icon name="info" />
                {note}
              </p>
            ))}
          </div>
        </>
      )}
    </MeasurePage>
  );
}

import { Icon } from '../../components/icon.tsx';
import { MeasurePage } from '../../components/measure-page.tsx';
import { useMeasurement } from '../../hooks/use-measurement.ts';
import type { PageProps } from '../../page.ts';
import { AdviceCards } from './advice-cards.tsx';
import { ColumnTable } from './column-table.tsx';
import { HotLines } from './hot-lines.tsx';
import './profile.css';
import { CodecBars, PartitionBars, RowGroupBars } from './layout-bars.tsx';
import { ProfileSummary } from './profile-summary.tsx';

/** Where bytes and time of the samples go, column by column and line by line, and what would be better. */
export function ProfilePage({ route, studio, shell, hasEditor, navigate }: PageProps<'profile'>) {
  const { folder, environment } = route;
  const measurement = useMeasurement(studio, 'profile.run', { folder, environment });
  return (
    <MeasurePage
      label="Profile"
      failure="The samples could not be profiled"
      setEnvironment={(name) => navigate({ ...route, environment: name })}
      {...{ folder, environment, studio, shell, hasEditor, measurement }}
    >
      {(profile, actions) => (
        <>
          <ProfileSummary profile={profile} />
          {profile.notes.map((note) => (
            <p class="measure-notes" key={note}>
              <Icon name="info" />
              {note}
            </p>
          ))}
          <AdviceCards advice={profile.advice} hasNotes={profile.notes.length > 0} actions={actions} />
          <ColumnTable columns={profile.columns} rows={profile.rows} fileBytes={profile.encodedBytes} />
          <div class="measure-halves">
            <CodecBars codecs={profile.codecs} />
            <RowGroupBars trials={profile.rowGroups} />
            <PartitionBars {...profile} />
          </div>
          <HotLines lines={profile.lines} studio={studio} reveal={actions.reveal} />
        </>
      )}
    </MeasurePage>
  );
}

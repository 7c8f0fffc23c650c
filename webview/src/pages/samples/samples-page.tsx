import { useState } from 'preact/hooks';
import { Button } from '../../components/controls.tsx';
import { kindOf } from '../../components/file-kind.ts';
import { fileName } from '../../components/place-link.tsx';
import { bytesText, countText } from '../../components/quantities.ts';
import { EmptyState, ErrorState, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { useRequest } from '../../hooks/use-request.ts';
import type { PageProps } from '../../page.ts';
import './samples.css';
import { TakeForm } from './take-form.tsx';

/** Samples of a pipeline: taking them from where its data is, and those that are there. */
export function SamplesPage({ route, studio, shell, hasEditor }: PageProps<'samples'>) {
  const { folder, environment } = route;
  const { value, error, again } = useRequest(studio, 'samples.list', { folder, environment });
  const [newest, setNewest] = useState<string>();
  const attempt = useAttempt();
  if (value === undefined && error !== undefined)
    return <ErrorState error={error} title="The samples cannot be read" />;
  if (value === undefined) return <ProgressState label="Looking for samples" />;
  const reveal = (file: string) => {
    const isParquet = kindOf(file) === 'parquet';
    const place = { file, line: 1, column: 1 };
    const route = { page: 'parquet', uri: file, folder, environment } as const;
    attempt(isParquet ? shell.request('shell.open', { route }) : shell.request('shell.reveal', { place }));
  };
  const preview = () => attempt(shell.request('shell.open', { route: { page: 'preview', folder, environment } }));
  const taken = (file: string) => {
    setNewest(file);
    again();
  };
  return (
    <div class="samples">
      <h1 class="unseen">Samples</h1>
      <section aria-labelledby="samples-take">
        <h2 id="samples-take">Take samples</h2>
        <TakeForm {...{ studio, folder, environment, taken, preview }} />
      </section>
      <section aria-labelledby="samples-list">
        <header class="samples-head">
          <h2 id="samples-list">In the project</h2>
          {value.files.length > 0 && (
            <Button isSecondary icon="open-preview" onClick={preview}>
              Preview them
            </Button>
          )}
        </header>
        {value.files.length === 0 ? (
          <EmptyState icon="beaker" title="There are no samples yet">
            They are files in <code>samples/</code>, and belong into the repository: previews, tests and plans run on
            them.
          </EmptyState>
        ) : (
          <table class="samples-table">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col" class="number">
                  Records
                </th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {value.files.map(({ file, records, sizeBytes, modifiedAtMs }) => (
                <tr key={file} class={file === newest ? 'is-new' : undefined}>
                  <td>
                    {kindOf(file) === 'parquet' || (hasEditor && kindOf(file) === 'text') ? (
                      <button type="button" class="link mono" title={file} onClick={() => reveal(file)}>
                        {fileName(file)}
                      </button>
                    ) : (
                      <span class="mono" title={file}>
                        {fileName(file)}
                      </span>
                    )}
                  </td>
                  <td class="number">{records === undefined ? '–' : countText(records)}</td>
                  <td class="number">{bytesText(sizeBytes)}</td>
                  <td class="dim">
                    {new Date(modifiedAtMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}

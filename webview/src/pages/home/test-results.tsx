import type { Place } from '../../../../engine/src/protocol/places.ts';
import type { TestCaseResult } from '../../../../engine/src/protocol/transform-tests.ts';
import { IconButton } from '../../components/controls.tsx';
import { Icon } from '../../components/icon.tsx';
import { countText } from '../../components/quantities.ts';

export interface TestResultsProps {
  readonly results: readonly TestCaseResult[];
  readonly reveal: (place: Place) => void;
  readonly onClose: () => void;
}

/** What the cases of `transform.test.yaml` say: those that failed, with every difference. */
export function TestResults({ results, reveal, onClose }: TestResultsProps) {
  const failed = results.filter(({ state }) => state === 'failed');
  return (
    <div class="home-tests" role="status">
      <div class="home-tests-sum">
        <Icon name={failed.length === 0 ? 'pass' : 'error'} />
        <span>{sumText(results.length, failed.length)}</span>
        <IconButton icon="close" label="Hide test results" onClick={onClose} />
      </div>
      {failed.map((result) => (
        <div class="home-test" key={`${result.file}:${result.line}`}>
          <button type="button" class="link" onClick={() => reveal(result)}>
            {result.name}
          </button>
          <div class="home-test-message">{result.message}</div>
        </div>
      ))}
    </div>
  );
}

function sumText(all: number, failed: number): string {
  if (all === 0) return 'There are no cases in transform.test.yaml yet: the preview saves records as tests.';
  if (failed === 0) return all === 1 ? 'The test passes' : `All ${countText(all)} tests pass`;
  return `${countText(failed)} of ${countText(all)} tests ${failed === 1 ? 'fails' : 'fail'}`;
}

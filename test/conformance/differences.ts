/** One claim held to one endpoint, as the reporter tells of it. */
export interface ClaimResult {
  /** `sqs` or `s3`, and the claim's own title behind it. */
  readonly claim: string;
  readonly target: string;
  readonly status: 'passed' | 'failed' | 'skipped';
}

/** What a run says about an implementation of which differences are known. */
export interface Verdict {
  readonly kept: number;
  readonly asked: number;
  readonly skipped: number;
  /** Claims that it breaks, and is not known to break: something has changed, here or there. */
  readonly unknown: readonly string[];
  /** Claims that it was known to break and keeps now, or that are gone. */
  readonly vanished: readonly string[];
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The top-level titles of the suites: `SQS conformance: <target>` and `S3 conformance of <target>`. */
const SUITE = /^(SQS|S3) conformance(?:: | of )(.+)$/;

/** The claims in a report, whatever else was run with them. */
export function readReport(report: Report): ClaimResult[] {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return tests.flatMap(({ ancestorTitles: [suite = '', ...sections], title, status }) => {
    const [, service, target] = SUITE.exec(suite) ?? [];
    if (service === undefined || target === undefined) return [];
    const claim = [service.toLowerCase(), ...sections, title].join(' > ');
    return [{ claim, target, status: status === 'passed' || status === 'failed' ? status : 'skipped' }];
  });
}

/** Compares the results of one target with the differences that are known of it. */
export function judge(results: readonly ClaimResult[], known: readonly string[]): Verdict {
  const namesOf = (status: ClaimResult['status']) =>
    results.filter((result) => result.status === status).map(({ claim }) => claim);
  const [passed, failed, skipped] = [namesOf('passed'), namesOf('failed'), namesOf('skipped')];
  return {
    kept: passed.length,
    asked: passed.length + failed.length,
    skipped: skipped.length,
    unknown: failed.filter((claim) => !known.includes(claim)),
    vanished: known.filter((claim) => !failed.includes(claim)),
  };
}

import { expect, test } from 'vitest';
import { profilesOfConfig } from './profiles.ts';
import { ageRequest, newestMaximum } from './queue-age.ts';

/** As the API reference of CloudWatch shows an answer. */
const answer = `<GetMetricStatisticsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
  <GetMetricStatisticsResult>
    <Datapoints>
      <member><Timestamp>2026-02-03T04:06:00Z</Timestamp><Unit>Seconds</Unit><Maximum>75.0</Maximum></member>
      <member><Timestamp>2026-02-03T04:05:00Z</Timestamp><Unit>Seconds</Unit><Maximum>15.0</Maximum></member>
    </Datapoints>
    <Label>ApproximateAgeOfOldestMessage</Label>
  </GetMetricStatisticsResult>
</GetMetricStatisticsResponse>`;

test('the age of a queue is the newest value that CloudWatch has', () => {
  expect(newestMaximum(answer)).toBe(75);
  expect(newestMaximum(answer.replace(/<member>.*<\/member>/g, ''))).toBeUndefined();
  const asked = Object.fromEntries(new URLSearchParams(ageRequest('clicks', Date.UTC(2026, 1, 3, 4, 7))));
  expect(asked).toMatchObject({
    'Dimensions.member.1.Value': 'clicks',
    StartTime: '2026-02-03T03:57:00.000Z',
    EndTime: '2026-02-03T04:07:00.000Z',
  });
});

test('profiles are sections of the configuration, and sessions and services are none', () => {
  const text =
    '[default]\nregion = eu-west-1\n\n[profile prod]\n[sso-session corp]\n  [profile with space ]\n[services x]\n';
  expect(profilesOfConfig(text)).toEqual(['default', 'prod', 'with space']);
});

// The charts, from GET api/history.
import { chart } from './chart.js';
import { duration, number } from './format.js';
import { get } from './api.js';

const MISSED = 3; // so many intervals without a sample are a gap
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const seconds = (value) => (value === 0 ? '0' : duration(value));

const charts = [
  { of: 'changesPerSecond', drawn: chart('Changes per second', (value) => compact.format(value)) },
  { of: 'lagSeconds', drawn: chart('Lag', seconds) },
  { of: 'queueChanges', drawn: chart('Changes in the queue', (value) => (value < 10_000 ? number(value) : compact.format(value))) },
];

export function mount() {
  document.getElementById('charts').append(...charts.map((each) => each.drawn.figure));
}

let latest = null;

/** The changes per second of the newest sample, or null before the first. */
export function changesPerSecond() {
  return latest?.changesPerSecond ?? null;
}

export async function refresh() {
  const { intervalSeconds, capacity, samples } = await get('api/history');
  latest = samples.at(-1) ?? null;
  // The service's own clock: this machine's may be wrong.
  const to = latest?.time ?? Date.now() / 1000;
  const from = to - intervalSeconds * capacity;
  for (const { of, drawn } of charts) {
    const points = samples.map((sample) => ({ time: sample.time, value: sample[of] }));
    drawn.show(points.filter((each) => each.time >= from), from, to, intervalSeconds * MISSED);
  }
}

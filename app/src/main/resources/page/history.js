// The charts, from GET api/history and the status: what a box shows is the newest point of its chart.
import { chart } from './chart.js';
import { duration, number } from './format.js';
import { ticks, timeTicks } from './scale.js';
import { get } from './api.js';
import { setText } from './dom.js';

const MISSED = 3; // so many intervals without a sample are a gap
const ROUND_SECONDS = [60, 120, 300, 600, 900, 1800]; // what the charts may span
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const seconds = (value) => (value === 0 ? '0' : duration(value));
const rate = (value) => (value < 10_000 ? number(value) : compact.format(value));

const charts = [
  { of: 'receivedPerSecond', drawn: chart('Received per second', rate, ticks) },
  { of: 'changesPerSecond', drawn: chart('Durable per second', rate, ticks) },
  { of: 'lagSeconds', drawn: chart('Lag', seconds, timeTicks) },
  { of: 'queueChanges', drawn: chart('Changes in the queue', rate, ticks) },
];

export function mount() {
  document.getElementById('charts').append(...charts.map((each) => each.drawn.figure));
}

let history = { intervalSeconds: 5, capacity: 360, samples: [] };
let at = 0;

export async function refresh() {
  history = await get('api/history');
  at = performance.now();
}

/** The span: as long as there are samples, rounded up, so that the first minutes are not one line at the edge. */
function span(samples, to, most) {
  const age = samples.length === 0 ? 0 : to - samples[0].time;
  return Math.min(most, ROUND_SECONDS.find((candidate) => candidate >= age) ?? most);
}

/** Draws the samples, and the status as the newest of them. */
export function render({ rates, lagSeconds, queue }) {
  const { intervalSeconds, capacity, samples } = history;
  // The service's own clock: this machine's may be wrong.
  const newest = samples.at(-1)?.time;
  const to = newest === undefined ? Date.now() / 1000 : newest + (performance.now() - at) / 1000;
  const from = to - span(samples, to, intervalSeconds * capacity);
  const now = {
    time: to,
    receivedPerSecond: rates.receivedPerSecond,
    changesPerSecond: rates.durablePerSecond,
    lagSeconds,
    queueChanges: queue.changes,
  };
  setText(document.getElementById('history-title'), `The last ${duration(to - from)}`);
  for (const { of, drawn } of charts) {
    const points = [...samples, now].filter((each) => each.time >= from)
      .map((sample) => ({ time: sample.time, value: sample[of] }));
    drawn.show(points, from, to, intervalSeconds * MISSED);
  }
}

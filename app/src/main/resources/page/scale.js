// The arithmetic of an axis.

/** Round steps (1, 2, 5 times a power of ten) from 0 to at least `max`, about `count` of them. */
export function ticks(max, count = 3) {
  const rough = Math.max(max, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough);
  const last = Math.ceil(Math.max(max, 1) / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, place) => place * step);
}

const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Round steps of time in seconds (30 s, 2 min, 1 h), so that each label is short. */
export function timeTicks(max, count = 3) {
  const rough = max / count;
  if (rough <= 1) {
    return ticks(max, count);
  }
  const step = TIMES.find((candidate) => candidate >= rough) ?? Math.ceil(rough / 86_400) * 86_400;
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last + 1 }, (_, place) => place * step);
}

/** Maps `from` to 0 and `to` to `length`. */
export function linear(from, to, length) {
  return (value) => ((value - from) / (to - from)) * length;
}

/** Splits points where two neighbours are further apart than `gap`: nothing was measured in between. */
export function runs(points, gap) {
  const parts = [];
  points.forEach((point, place) => {
    if (place === 0 || point.time - points[place - 1].time > gap) {
      parts.push([]);
    }
    parts[parts.length - 1].push(point);
  });
  return parts;
}

// A line chart in SVG, of values over time.
import { element, setText } from './dom.js';
import { linear, runs } from './scale.js';
import { duration, time } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 150;
const MARGIN = { top: 8, right: 8, bottom: 20 };
const CHARACTER = 7; // the width of one in a label, at most

/**
 * Makes a chart in a figure; `show(points, from, to, gap)` draws it. Points: {time, value}, times in Unix seconds.
 *
 * @param ticks the largest value -> the steps of the axis
 */
export function chart(title, format, ticks) {
  const now = element('strong', { className: 'now' });
  const summary = element('span', { className: 'summary' });
  const svg = svgElement('svg', { role: 'img', height: HEIGHT });
  const figure = element('figure', {}, element('figcaption', {}, element('span', {}, title), now, summary), svg);
  let shown = null;

  const draw = () => shown && paint(svg, shown, format);
  new ResizeObserver(draw).observe(figure);
  svg.addEventListener('pointermove', (event) => shown && point(svg, shown, event, format));
  svg.addEventListener('pointerleave', draw);

  function show(points, from, to, gap) {
    shown = { points, from, to, gap, ticks };
    const values = points.map((each) => each.value);
    const text = values.length === 0 ? 'nothing measured yet' : `highest ${format(Math.max(...values))}`;
    setText(now, values.length === 0 ? '' : format(values.at(-1)));
    setText(summary, text);
    svg.setAttribute('aria-label', `${title} over the last ${duration(to - from)}: ${now.textContent} now, ${text}`);
    draw();
  }
  return { figure, show };
}

function svgElement(name, attributes, text = '') {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
}

/** Where things are, for the width that the figure has now. */
function layout(svg, { points, from, to, ticks }, format) {
  const width = Math.max(160, svg.parentElement.clientWidth);
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const steps = ticks(Math.max(0, ...points.map((each) => each.value)));
  const left = 8 + CHARACTER * Math.max(...steps.map((step) => format(step).length)); // no label is cut
  const across = linear(from, to, right - left);
  const up = linear(0, steps.at(-1), bottom - MARGIN.top);
  return {
    width, left, right, bottom, steps,
    x: (at) => left + across(at),
    y: (value) => bottom - up(value),
  };
}

function paint(svg, shown, format) {
  const { width, left, right, bottom, steps, x, y } = layout(svg, shown, format);
  svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  const parts = steps.flatMap((step) => [
    svgElement('line', { class: 'grid', x1: left, x2: right, y1: y(step), y2: y(step) }),
    svgElement('text', { class: 'tick', x: left - 6, y: y(step) + 4, 'text-anchor': 'end' }, format(step)),
  ]);
  const label = (at, anchor, text) =>
    parts.push(svgElement('text', { class: 'tick', x: at, y: HEIGHT - 4, 'text-anchor': anchor }, text));
  label(left, 'start', `${duration(shown.to - shown.from)} ago`);
  label(right, 'end', 'now');
  for (const run of runs(shown.points, shown.gap)) {
    const line = run.map((each) => `${x(each.time).toFixed(1)},${y(each.value).toFixed(1)}`).join(' ');
    const first = x(run[0].time).toFixed(1);
    const last = x(run.at(-1).time).toFixed(1);
    parts.push(svgElement('polygon', { class: 'area', points: `${first},${bottom} ${line} ${last},${bottom}` }));
    parts.push(svgElement('polyline', { class: 'line', points: line }));
  }
  svg.replaceChildren(...parts);
}

/** Shows the value under the pointer. */
function point(svg, shown, event, format) {
  if (shown.points.length === 0) {
    return;
  }
  const { left, right, bottom, x, y } = layout(svg, shown, format);
  const at = event.clientX - svg.getBoundingClientRect().left;
  const nearest = shown.points.reduce((best, each) =>
    Math.abs(x(each.time) - at) < Math.abs(x(best.time) - at) ? each : best);
  paint(svg, shown, format);
  const place = x(nearest.time);
  const anchor = place > (left + right) / 2 ? 'end' : 'start';
  const text = `${format(nearest.value)} at ${time(nearest.time * 1000)}`;
  svg.append(
    svgElement('line', { class: 'pointer', x1: place, x2: place, y1: MARGIN.top, y2: bottom }),
    svgElement('circle', { class: 'dot', cx: place, cy: y(nearest.value), r: 3 }),
    svgElement('text', { class: 'value', x: place + (anchor === 'end' ? -6 : 6), y: 18, 'text-anchor': anchor }, text),
  );
}

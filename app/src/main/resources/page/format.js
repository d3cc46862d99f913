// Figures as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const clockAndDay = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit',
});

/** 1234567 -> 1,234,567; below ten with one digit after the point. */
export function number(value) {
  return (Math.abs(value) < 10 ? oneDigit : whole).format(value);
}

/** 1 change, 2 changes. */
export function counted(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function bytes(value) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${number(value)} ${units[unit]}`;
}

/** 0.35 -> 350 ms; 75 -> 1 min 15 s; 120 -> 2 min; 7300 -> 2 h 2 min; 200000 -> 2 days 7 h. */
export function duration(seconds) {
  if (seconds < 1) {
    return `${whole.format(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${number(seconds)} s`;
  }
  const rounded = Math.round(seconds);
  const [large, one, small, rest] = rounded < 3600 ? [60, 'min', 1, 's']
    : rounded < 86_400 ? [3600, 'h', 60, 'min'] : [86_400, rounded < 172_800 ? 'day' : 'days', 3600, 'h'];
  const left = Math.floor((rounded % large) / small);
  return `${Math.floor(rounded / large)} ${one}${left === 0 ? '' : ` ${left} ${rest}`}`;
}

/** An ISO time on this machine's clock: today's without the day. */
export function time(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return (today ? clock : clockAndDay).format(date);
}

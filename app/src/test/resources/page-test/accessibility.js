// What a script can find out about a page's accessibility (WCAG 2.2 AA); returns findings, none where all is well.
const findings = [];
const visible = (node) => node.checkVisibility() && node.getClientRects().length > 0;
const all = (css) => [...document.querySelectorAll(css)].filter(visible);
const tell = (node, what) => findings.push(`${what}: ${node.outerHTML.slice(0, 120)}`);

const labelled = (node) => (node.getAttribute('aria-label') ?? '').trim() !== ''
  || (node.getAttribute('aria-labelledby') ?? '').split(' ').some((id) => id && document.getElementById(id)?.textContent.trim());
all('button, a').filter((node) => !labelled(node) && node.textContent.trim() === '').forEach((node) => tell(node, 'no name'));
all('input').filter((node) => !labelled(node) && node.labels.length === 0).forEach((node) => tell(node, 'no label'));
all('section, nav, [role=region], [role=img], meter, progress, dialog').filter((node) => !labelled(node))
  .forEach((node) => tell(node, 'no name'));
all('button').filter((node) => node.getBoundingClientRect().height < 24).forEach((node) => tell(node, 'too small to hit'));

document.querySelectorAll('[aria-labelledby], [aria-describedby]').forEach((node) =>
  ['aria-labelledby', 'aria-describedby'].flatMap((name) => (node.getAttribute(name) ?? '').split(' ').filter(Boolean))
    .filter((id) => document.getElementById(id) === null).forEach((id) => tell(node, `no element ${id}`)));
const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => findings.push(`id ${id} twice`));

if (!document.documentElement.lang) findings.push('no language');
if (all('h1').length !== 1) findings.push(`${all('h1').length} h1`);
for (const landmark of ['header', 'main', 'nav', 'footer']) {
  if (all(landmark).length !== 1) findings.push(`${all(landmark).length} ${landmark}`);
}
all('h1, h2, h3, h4').map((node) => Number(node.tagName[1])).reduce((before, level) => {
  if (level > before + 1) findings.push(`h${before} is followed by h${level}`);
  return level;
}, 0);
document.querySelectorAll('th:not([scope])').forEach((node) => tell(node, 'no scope'));
all('table').filter((node) => !node.querySelector('tbody tr > th')).forEach((node) => tell(node, 'rows without a header'));
// What scrolls must be reached with the keyboard.
all('*').filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX === 'auto' && node.tabIndex < 0)
  .forEach((node) => tell(node, 'scrolls without the keyboard'));

const parse = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { red, green, blue, alpha };
};
const luminance = ({ red, green, blue }) => {
  const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
};
const background = (node) => {
  for (let at = node; at !== null; at = at.parentElement) {
    const color = parse(getComputedStyle(at).backgroundColor);
    if (color.alpha === 1) return color;
  }
  return { red: 255, green: 255, blue: 255 };
};
let texts = 0;
all('body *').filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== ''))
  .forEach((node) => {
    texts++;
    const style = getComputedStyle(node);
    const fore = luminance(parse(node instanceof SVGElement ? style.fill : style.color));
    const back = luminance(background(node));
    const contrast = (Math.max(fore, back) + 0.05) / (Math.min(fore, back) + 0.05);
    if (contrast < 4.5) tell(node, `contrast ${contrast.toFixed(2)}`);
  });
if (texts < 20) findings.push(`only ${texts} texts were looked at`);
return findings;

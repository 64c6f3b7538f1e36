import { escapeXml } from '../../main-worker/feeds/escape-xml.ts'
import { drawMark, style } from './looks.ts'
import { isDrawn } from './plot.ts'
import type { Axis, Line, Panel, Plot, Point } from './plot.ts'

const WIDTH = 800
const PLOT = { left: 70, right: 26, top: 92, height: 300, gap: 22 }
const LEGEND_COLUMN = 350
const LEGEND_ROW = 22
const BELOW_AXIS = 62

type Scale = (value: number) => number
type Frame = { left: number; width: number; toX: Scale; toY: Scale }

const round = (value: number): number => Math.round(value * 10) / 10

function logScale({ ticks }: Axis, start: number, end: number): Scale {
  const [low, high] = [Math.log(ticks.at(0)?.at ?? 1), Math.log(ticks.at(-1)?.at ?? 1)]
  // A single size stands in the middle.
  return (value) =>
    round(high === low ? (start + end) / 2 : start + ((Math.log(value) - low) / (high - low)) * (end - start))
}

function frameOf({ x, y, panels }: Plot, place: number): Frame {
  const all = WIDTH - PLOT.left - PLOT.right - PLOT.gap * (panels.length - 1)
  const width = all / panels.length
  const left = PLOT.left + place * (width + PLOT.gap)
  const bottom = PLOT.top + PLOT.height
  return { left, width, toX: logScale(x, left + 14, left + width - 14), toY: logScale(y, bottom, PLOT.top) }
}

const text = (words: string, x: number, y: number, more = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${escapeXml(words)}</text>`

function drawAxes({ x, y }: Plot, { left, width, toX, toY }: Frame, isFirst: boolean): string[] {
  const bottom = PLOT.top + PLOT.height
  const across = y.ticks.flatMap(({ at, text: words }) => [
    `<path class="grid" d="M${round(left)} ${toY(at)}h${round(width)}"/>`,
    ...(isFirst ? [text(words, left - 8, toY(at) + 4, 'class="soft" text-anchor="end"')] : []),
  ])
  const along = x.ticks.flatMap(({ at, text: words }) => [
    `<path class="grid" d="M${toX(at)} ${PLOT.top}v${PLOT.height + 5}"/>`,
    text(words, toX(at), bottom + 20, 'class="soft" text-anchor="middle"'),
  ])
  return [...across, ...along, text(x.label, left + width / 2, bottom + 42, 'text-anchor="middle"')]
}

function drawLine({ points, look, isDashed }: Line, { toX, toY }: Frame): string {
  const place = ({ x, y }: Point): string => `${toX(x)} ${toY(y)}`
  // What lies between two gaps is a line of its own.
  const steps = points.map((point, at) => {
    const before = points[at - 1]
    return isDrawn(point) ? `${before && isDrawn(before) ? 'L' : 'M'}${place(point)}` : ''
  })
  const marks = isDashed ? [] : points.filter(isDrawn).map(({ x, y }) => drawMark(look, toX(x), toY(y)))
  return `<g class="look${look}"><path class="line${isDashed ? ' dashed' : ''}" d="${steps.join('')}"/>${marks.join('')}</g>`
}

const drawPanel = (plot: Plot, panel: Panel, place: number): string[] => {
  const frame = frameOf(plot, place)
  return [
    ...drawAxes(plot, frame, place === 0),
    text(panel.title, frame.left + frame.width / 2, PLOT.top - 12, 'text-anchor="middle"'),
    ...panel.lines.map((line) => drawLine(line, frame)),
  ]
}

/** Every line once, however many panels show it. */
function drawLegend(lines: readonly Line[]): { shapes: string[]; height: number } {
  const columns = Math.floor((WIDTH - PLOT.left) / LEGEND_COLUMN)
  const top = PLOT.top + PLOT.height + BELOW_AXIS + LEGEND_ROW / 2
  const shapes = lines.flatMap(({ name, look, isDashed }, place) => {
    const x = PLOT.left + (place % columns) * LEGEND_COLUMN
    const y = top + Math.floor(place / columns) * LEGEND_ROW
    const mark = isDashed ? '' : drawMark(look, x + 14, y)
    return [
      `<g class="look${look}"><path class="line${isDashed ? ' dashed' : ''}" d="M${x} ${y}h28"/>${mark}</g>`,
      text(name, x + 36, y + 4),
    ]
  })
  return { shapes, height: Math.ceil(lines.length / columns) * LEGEND_ROW }
}

/** Every number that is drawn, for whoever cannot see it. */
function describe({ x, y, panels }: Plot): string {
  const values = ({ points }: Line): string =>
    points.map((point) => `${point.x}: ${isDrawn(point) ? Number(point.y.toPrecision(3)) : 'none'}`).join(', ')
  const said = panels.map(({ title, lines }) =>
    [...(title === '' ? [] : [`${title}:`]), ...lines.map((line) => `${line.name}: ${values(line)}.`)].join(' '),
  )
  return `${y.label} by ${x.label}. ${said.join(' ')}`
}

/** A picture with its own ground, so that it can be read on a white page and on a dark one. */
export function drawPlot(plot: Plot): string {
  const lines = new Map(plot.panels.flatMap(({ lines }) => lines.map((line) => [line.name, line])))
  const legend = drawLegend([...lines.values()])
  const height = PLOT.top + PLOT.height + BELOW_AXIS + legend.height + 12
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="13">`,
    `<title id="title">${escapeXml(plot.title)}</title>`,
    `<desc id="desc">${escapeXml(describe(plot))}</desc>`,
    style,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>`,
    text(plot.title, 16, 26, 'font-size="16" font-weight="600"'),
    text(`${plot.y.label} (both axes logarithmic)`, 16, 48, 'class="soft"'),
    ...plot.panels.flatMap((panel, place) => drawPanel(plot, panel, place)),
    ...legend.shapes,
    '</svg>\n',
  ].join('\n')
}

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decadeAxis, sizeAxis, timeAxis } from '../../../bench/plots/axes.ts'
import { drawPlot } from '../../../bench/plots/draw-plot.ts'
import { plotsOf } from '../../../bench/plots/plots-of.ts'
import type { Line, Plot } from '../../../bench/plots/plot.ts'

const line = (name: string, ...points: [number, number][]): Line => ({
  name,
  look: 0,
  isDashed: false,
  points: points.map(([x, y]) => ({ x, y })),
})
const plotOf = (lines: Line[]): Plot => ({
  title: 'How <old>',
  x: sizeAxis('alerts', lines),
  y: timeAxis('mean age', lines),
  panels: [{ title: '', lines }],
})
const pathOf = (svg: string): string => /class="line" d="([^"]+)"/.exec(svg)?.[1] ?? ''
const simulation = {
  title: 'simulation: from listing to message, by schedule',
  n: '',
  columns: ['alerts', 'workers', 'schedule', 'mean (s)'],
  rows: [
    [44, 4, 'cycle', 150],
    [44, 4, 'original', Number.NaN],
    [1000, 4, 'cycle', 2398],
    [44, 16, 'cycle', 150],
  ],
}

test('equal ratios are equal distances on both axes, and more is higher', () => {
  const path = pathOf(drawPlot(plotOf([line('a', [10, 60], [100, 600], [1000, 6000])])))
  const [first, second, third] = [...path.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
  assert.ok(first && second && third)
  for (const axis of [0, 1]) {
    const steps = [(second[axis] ?? 0) - (first[axis] ?? 0), (third[axis] ?? 0) - (second[axis] ?? 0)]
    assert.ok(Math.abs((steps[0] ?? 0) - (steps[1] ?? 0)) <= 0.2, steps.join(' '))
  }
  assert.ok((first[1] ?? 0) > (second[1] ?? 0))
})

test('the axis of time runs from the tick below everything to the tick above, in words', () => {
  const words = timeAxis('', [line('a', [1, 31], [2, 3_500])]).ticks.map(({ text }) => text)
  assert.deepEqual(words, ['30 s', '1 min', '5 min', '15 min', '1 h'])
  const decades = decadeAxis('', [line('a', [1, 0.24], [2, 2_856])]).ticks.map(({ text }) => text)
  assert.deepEqual(decades, ['0.1', '1', '10', '100', '1,000', '10,000'])
})

test('what was not measured is a gap, not a zero and not a line across it', () => {
  const svg = drawPlot(plotOf([line('a', [10, 60], [20, Number.NaN], [30, 60], [40, 70])]))
  assert.deepEqual(pathOf(svg).match(/[ML]/g), ['M', 'M', 'L'])
  assert.match(svg, /10: 60, 20: none, 30: 60/)
})

test('names and titles are text, and a reader who sees nothing gets every number', () => {
  const svg = drawPlot(plotOf([line('a < b', [10, 60])]))
  assert.match(svg, /<title id="title">How &lt;old&gt;<\/title>/)
  assert.match(svg, /<desc id="desc">mean age by alerts\. a &lt; b: 10: 60\.<\/desc>/)
  assert.match(svg, /aria-labelledby="title desc"/)
})

test('a picture brings its own ground in light and in dark', () => {
  const svg = drawPlot(plotOf([line('a', [10, 60])]))
  assert.match(svg, /\.ground\{fill:#fff\}/)
  assert.match(svg, /prefers-color-scheme:dark\)\{\.ground\{fill:#0d1117\}/)
})

test('the simulation’s table becomes a panel for each number of workers with a line for each schedule', () => {
  const [drawn, ...others] = plotsOf(simulation)
  assert.ok(drawn && others.length === 0)
  assert.equal(drawn.file, 'delay-by-schedule.svg')
  assert.deepEqual(
    drawn.plot.panels.map(({ title, lines }) =>
      [title].concat(lines.map(({ name, points }) => `${name} ${points.length}`)),
    ),
    [
      ['4 workers', 'cycle 2', 'original 1'],
      ['16 workers', 'cycle 1', 'original 0'],
    ],
  )
})

test('a table that lost a column is not drawn without it', () => {
  const columns = ['alerts', 'workers', 'schedule', 'mean']
  assert.throws(
    () => plotsOf({ ...simulation, columns }),
    /has no column “mean \(s\)”, only alerts, workers, schedule, mean/,
  )
})

test('docs/performance.md shows every plot there is, with words for who cannot see it', () => {
  const performance = readFileSync('docs/performance.md', 'utf8')
  const files = globSync('docs/plots/*.svg')
  assert.ok(files.length >= 4)
  for (const file of files)
    assert.match(performance, new RegExp(`!\\[[^\\]]{20,}\\]\\(${file.replace('docs/', '')}\\)`), file)
})

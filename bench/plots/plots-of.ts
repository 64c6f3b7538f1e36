import type { Table } from '../../tests/support/report/format-table.ts'
import { decadeAxis, sizeAxis, timeAxis } from './axes.ts'
import type { Line, Panel, Plot } from './plot.ts'
import { distinct, lineOf, rowsOf } from './table-lines.ts'
import type { Row } from './table-lines.ts'

const allLines = (panels: readonly Panel[]): Line[] => panels.flatMap(({ lines }) => lines)

const delayBySchedule =
  (title: string) =>
  (rows: Row[]): Plot => {
    const schedules = distinct(rows, 'schedule')
    const panels = distinct(rows, 'workers').map((workers) => ({
      title: `${workers} workers`,
      lines: schedules.map((schedule, look) => {
        const own = rows.filter((row) => row('workers') === workers && row('schedule') === schedule)
        return lineOf(String(schedule), look, own, 'alerts', 'mean (s)')
      }),
    }))
    return {
      title,
      x: sizeAxis('alerts', allLines(panels)),
      y: timeAxis('mean time from listing to message', allLines(panels)),
      panels,
    }
  }

function planningTime(rows: Row[]): Plot {
  const measured = [lineOf('p50', 2, rows, 'alerts', 'p50 (ms)'), lineOf('p95', 5, rows, 'alerts', 'p95 (ms)')]
  const largest = measured[0]?.points.at(-1) ?? { x: 1, y: 1 }
  const points = (measured[0]?.points ?? []).map(({ x }) => ({ x, y: (largest.y * x) / largest.x }))
  const lines = [...measured, { name: 'in proportion to the largest p50', look: 0, isDashed: true, points }]
  return {
    title: 'Planning a minute of the continuous schedule, 64 workers',
    x: sizeAxis('alerts', lines),
    y: decadeAxis('main’s time in ms', lines),
    panels: [{ title: '', lines }],
  }
}

/** One region alone is in the table; its line would double the height of the drawing. */
const DRAWN_REGIONS = [4, 16, 64]

function modelledAge(rows: Row[]): Plot {
  const lines = DRAWN_REGIONS.flatMap((regions, place) => {
    const own = rows.filter((row) => row('regions') === regions)
    const look = [2, 4, 5][place] ?? 0
    return [
      lineOf(`${regions} regions, continuous`, look, own, 'alerts', 'continuous (s)'),
      { ...lineOf(`${regions} regions, bound S/B`, look, own, 'alerts', 'S/B (s)'), isDashed: true },
    ]
  })
  return {
    title: 'How old a find is in the mean, and how long one round of all searches takes (model)',
    x: sizeAxis('alerts, each a search of its own', lines),
    y: timeAxis('mean age of a find; S/B', lines),
    panels: [{ title: '', lines }],
  }
}

function matchingTime(rows: Row[]): Plot {
  const lines = [
    lineOf('ours: page and filters prepared once', 2, rows, 'alerts', 'p50 (ms)'),
    lineOf('naive: prepared for each pair', 5, rows, 'alerts', 'naive p50 (ms)'),
  ]
  return {
    title: 'Matching a page of 96 rows against the alerts of one search',
    x: sizeAxis('alerts', lines),
    y: decadeAxis('median in ms', lines),
    panels: [{ title: '', lines }],
  }
}

/** Which table is drawn, by how its title begins, and the file the drawing goes to. */
const drawings: { begins: string; file: string; draw: (rows: Row[]) => Plot }[] = [
  {
    begins: 'simulation: from listing to message',
    file: 'delay-by-schedule.svg',
    draw: delayBySchedule('How old a find is when it is told, by schedule (simulation)'),
  },
  {
    begins: 'simulation: three alerts',
    file: 'delay-with-cover.svg',
    draw: delayBySchedule(
      'How old a find is when it is told, with three alerts for the same words on average (simulation)',
    ),
  },
  { begins: 'planning:', file: 'planning-time.svg', draw: planningTime },
  { begins: 'model: how fresh', file: 'modelled-age.svg', draw: modelledAge },
  { begins: 'matching:', file: 'matching-time.svg', draw: matchingTime },
]

/** What is drawn of a finished table; of most nothing. */
export const plotsOf = (table: Table): { file: string; plot: Plot }[] =>
  drawings
    .filter(({ begins }) => table.title.startsWith(begins))
    .map(({ file, draw }) => ({ file, plot: draw(rowsOf(table)) }))

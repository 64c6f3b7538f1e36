// Draws each table of the statistics page: what a curve says is what stands in the table below it.
const HEIGHT = 240
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3]]
const BORDERS = ['solid', 'dashed', 'dotted', 'double']
const COLOURS = ['--accent', '--care', '--good', '--bad']

const valueOf = (cell) => {
  const data = cell.querySelector('data')
  return data === null ? null : Number(data.value)
}

/** Columns of a table as uPlot wants them; those that are not drawn are left out. */
function readTable(table) {
  const heads = [...table.tHead.rows[0].cells]
  const rows = [...table.tBodies[0].rows]
  const drawn = heads.map((_, column) => column).filter((column) => 'drawn' in heads[column].dataset)
  return {
    names: drawn.map((column) => heads[column].textContent),
    unit: heads[drawn[0]].dataset.unit,
    columns: [0, ...drawn].map((column) => rows.map((row) => valueOf(row.cells[column]))),
  }
}

function draw(place) {
  const table = document.getElementById(place.dataset.chart)
  const { names, unit, columns } = readTable(table)
  const styles = getComputedStyle(document.documentElement)
  // light-dark() is resolved by a property that takes a colour, not by the variable itself.
  const probe = document.createElement('span')
  place.append(probe)
  const colour = (name) => {
    probe.style.color = styles.getPropertyValue(name)
    return getComputedStyle(probe).color
  }
  const locale = document.documentElement.lang
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const words = (value) => (value === null ? '–' : `${number.format(value)}${unit === '' ? '' : ` ${unit}`}`)
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const options = {
    width: place.clientWidth,
    legend: { markers: { width: 3, dash: (_, series) => BORDERS[(series - 1) % BORDERS.length] } },
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), table.dataset.zone),
    // By the step between ticks: days, or hours with the day where it changes; 24 hours in every language.
    axes: [
      {
        ...axis,
        values: [
          [86400, '{DD}/{MM}', null, null, null, null, null, null, 1],
          [60, '{HH}:{mm}', null, null, '\n{DD}/{MM}', null, null, null, 1],
        ],
      },
      { ...axis, size: 64, values: (_, splits) => splits.map(words) },
    ],
    scales: { y: { range: (_, min, max) => [0, unit === '%' ? 100 : Math.max(1, (max ?? 1) * 1.1)] } },
    series: [
      { label: table.tHead.rows[0].cells[0].textContent, value: '{DD}/{MM} {HH}:{mm}' },
      ...names.map((label, place) => ({
        label,
        stroke: colour(COLOURS[place % COLOURS.length]),
        width: 2,
        dash: DASHES[place % DASHES.length],
        points: { show: columns[place + 1].filter((value) => value !== null).length < 60, size: 5 },
        value: (_, value) => words(value),
      })),
    ],
  }
  probe.remove()
  return new uPlot(options, columns, place)
}

const places = () => [...document.querySelectorAll('[data-chart]')]
let charts = []
function drawAll() {
  for (const chart of charts) chart.destroy()
  charts = places().map(draw)
}
addEventListener('DOMContentLoaded', () => {
  drawAll()
  const observer = new ResizeObserver(() => {
    for (const [index, place] of places().entries())
      if (charts[index].width !== place.clientWidth) charts[index].setSize({ width: place.clientWidth, height: HEIGHT })
  })
  for (const place of places()) observer.observe(place)
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)

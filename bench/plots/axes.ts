import { isDrawn } from './plot.ts'
import type { Axis, Line, Tick } from './plot.ts'

/** 1,000 reads better than 1000 below an axis. */
const figure = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 4 })

/** One tick at each of the sizes that were measured. */
export function sizeAxis(label: string, lines: readonly Line[]): Axis {
  const sizes = new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))
  return { label, ticks: [...sizes].sort((one, other) => one - other).map((at) => ({ at, text: figure(at) })) }
}

const DECADES: Tick[] = Array.from({ length: 13 }, (_, place) => {
  const at = 10 ** (place - 4)
  return { at, text: figure(at) }
})

/** In seconds; as people count them. */
const TIMES: Tick[] = [
  ...[1, 3, 10, 30].map((at) => ({ at, text: `${at} s` })),
  ...[1, 5, 15].map((minutes) => ({ at: minutes * 60, text: `${minutes} min` })),
  ...[1, 3, 10, 30, 100, 300].map((hours) => ({ at: hours * 3_600, text: `${hours} h` })),
]

/** From the last tick at or below every point to the first at or above. */
function around(label: string, all: readonly Tick[], lines: readonly Line[]): Axis {
  const values = lines.flatMap(({ points }) => points.filter(isDrawn).map(({ y }) => y))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const from = Math.max(
    0,
    all.findLastIndex(({ at }) => at <= least),
  )
  const to = all.findIndex(({ at }) => at >= most)
  return { label, ticks: all.slice(from, to < 0 ? undefined : to + 1) }
}

export const decadeAxis = (label: string, lines: readonly Line[]): Axis => around(label, DECADES, lines)
export const timeAxis = (label: string, lines: readonly Line[]): Axis => around(label, TIMES, lines)

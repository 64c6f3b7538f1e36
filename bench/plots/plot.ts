export type Tick = { at: number; text: string }

/** Logarithmic, from the first tick to the last: sizes and times here span three decades. */
export type Axis = { label: string; ticks: Tick[] }

export type Point = { x: number; y: number }

/** `look`: which colour and mark; lines of one look belong together. A point that is no positive number is a gap. */
export type Line = { name: string; look: number; isDashed: boolean; points: Point[] }

export type Panel = { title: string; lines: Line[] }

/** Panels stand side by side and share their axes. */
export type Plot = { title: string; x: Axis; y: Axis; panels: Panel[] }

export const isDrawn = ({ x, y }: Point): boolean => x > 0 && y > 0 && Number.isFinite(x * y)

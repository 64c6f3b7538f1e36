import type { Line, Piece, Reply } from '#shared/database/outbox.ts'
import type { Button } from '#shared/messaging/messaging-provider.ts'
import type { Answer } from '../asked.ts'

export const line = (...pieces: (string | Piece)[]): Line =>
  pieces.map((piece) => (typeof piece === 'string' ? { text: piece } : piece))

export const bold = (text: string): Piece => ({ text, bold: true })

export const message = (lines: readonly (string | Line)[], buttons: Button[][] = []): Reply => ({
  lines: lines.map((each) => (typeof each === 'string' ? line(each) : each)),
  buttons,
  photos: [],
})

/** One message of plain lines. */
export const say = (...lines: readonly string[]): Answer => ({ replies: [message(lines)] })

/** Nothing but a short word over the button. */
export const toast = (text: string): Answer => ({ replies: [], toast: text })

import { badRequest } from './refused-error.ts'

export type Button = { text: string; url?: string; callback_data?: string }

const MAX_DATA_BYTES = 64

/** The buttons of an inline keyboard row by row; a keyboard of another kind has none. Throws what Telegram would answer. */
export function readKeyboard(markup: unknown): Button[][] {
  if (markup === undefined) return []
  if (!isRecord(markup)) throw badRequest('object expected as reply markup')
  const rows = markup['inline_keyboard']
  if (rows === undefined) return []
  if (!Array.isArray(rows))
    throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be of type Array')
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw badRequest("can't parse inline keyboard button: expected an Array of Array")
    return row.map(readButton)
  })
}

function readButton(button: unknown): Button {
  if (!isRecord(button)) throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
  const { text, url, callback_data: data } = button
  if (typeof text !== 'string' || text === '') throw badRequest('inline keyboard button text must be non-empty')
  if (typeof url === 'string') {
    const fault = urlFault(url)
    if (fault) throw badRequest(`inline keyboard button URL '${url}' is invalid: ${fault}`)
    return { text, url }
  }
  if (typeof data === 'string') {
    if (data === '' || Buffer.byteLength(data) > MAX_DATA_BYTES) throw badRequest('BUTTON_DATA_INVALID')
    return { text, callback_data: data }
  }
  throw badRequest('text buttons are unallowed in the inline keyboard')
}

/** Telegram puts `http://` before a url without scheme, so a relative path ends as one without a host. */
function urlFault(url: string): string | null {
  const parsed = URL.parse(url.includes('://') ? url : `http://${url}`)
  if (!parsed) return 'URL host is empty'
  if (!['http:', 'https:', 'tg:'].includes(parsed.protocol)) return 'Unsupported URL protocol'
  if (parsed.protocol === 'tg:') return null
  return url.startsWith('/') || !parsed.hostname.includes('.') ? 'Wrong HTTP URL' : null
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

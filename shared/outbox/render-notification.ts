import type { FoundListing } from '../contracts/listing.ts'
import type { ClaimedMessage, Line, Notification, Piece, Reply } from '../database/outbox.ts'
import { listingLink } from '../marketplaces/vinted/listing-link.ts'
import type { Button, OutgoingMessage } from '../messaging/messaging-provider.ts'
import { cut, listingLine, LONGEST_IN_LIST, prices } from './listing-line.ts'
import { noticeLines } from './notice-lines.ts'
import { clockTime, texts } from './texts.ts'
import type { Language } from './texts.ts'

/** Telegram's limits, counted after markup is parsed: we cut first and escape after, so no entity is ever cut. */
const LIMIT = { caption: 1024, text: 4096, title: 200, names: 300 }

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function pieceToHtml({ text, bold, href }: Piece): string {
  const inner = bold ? `<b>${escape(text)}</b>` : escape(text)
  return href === undefined ? inner : `<a href="${escape(href)}">${inner}</a>`
}

type Words = Omit<OutgoingMessage, 'notifications'>

/** "… and 470 more". */
const ROOM_FOR_MORE = 40

const lengthOf = (line: Line): number => line.reduce((sum, piece) => sum + Array.from(piece.text).length, 1)

/** As many lines as fit, from the first on. */
function fitLines(lines: readonly Line[], most: number): Line[] {
  let length = 0
  const end = lines.findIndex((line) => {
    length += lengthOf(line)
    return length > most
  })
  return end < 0 ? [...lines] : lines.slice(0, end)
}

function assemble(lines: Line[], most: number, rest: Omit<Words, 'html' | 'plain'>): Words {
  const fitting = fitLines(lines, most)
  return {
    html: fitting.map((line) => line.map(pieceToHtml).join('')).join('\n'),
    plain: fitting.map((line) => line.map((piece) => piece.text).join('')).join('\n'),
    ...rest,
  }
}

/** What the bot hears of when it is pressed: `<verb>:<id of the outbox row>`, at most 41 bytes. */
function findVerbs(listing: FoundListing, link: string | null, { id, language }: Notification): Button[] {
  const t = texts[language]
  return [
    ...(listing.seller ? [{ label: t.muteSeller, data: `mute:${id}` }] : []),
    { label: t.pauseAlert, data: `stop:${id}` },
    ...(link === null ? [] : [{ label: t.tellMore, data: `more:${id}` }]),
  ]
}

function renderFind(listing: FoundListing, first: Notification, names: string[], message: ClaimedMessage): Words {
  const { language } = first
  const t = texts[language]
  const link = listingLink(listing)
  const details = [listing.brand, listing.size, listing.condition].filter((part) => part !== null)
  const lines: Line[] = [
    [
      ...(first.kind === 'drop' ? [{ text: `${t.priceDrop} · ` }] : []),
      { text: cut(listing.title, LIMIT.title), bold: true },
    ],
    [{ text: prices(listing, language) }],
    ...(details.length > 0 ? [[{ text: cut(details.join(' · '), LIMIT.title) }]] : []),
    [
      {
        text: `${listing.market.toUpperCase()} · ${t.foundAt(clockTime(listing.foundAt, language, message.timeZone))}`,
      },
    ],
    [{ text: t.alerts(cut(names.join(', '), LIMIT.names), names.length) }],
  ]
  return assemble(lines, LIMIT.caption, {
    photoUrl: listing.photoUrl,
    buttons: [
      ...(link === null ? [] : [[{ label: t.open, url: link }]]),
      ...(message.channel === 'telegram' ? [findVerbs(listing, link, first)] : []),
    ],
  })
}

function renderReply({ lines, buttons, photos }: Reply): Words {
  const [first = null] = photos
  if (photos.length > 1) return assemble(lines, LIMIT.caption, { photoUrl: null, album: photos, buttons: [] })
  return assemble(lines, first === null ? LIMIT.text : LIMIT.caption, { photoUrl: first, buttons })
}

/** One notification as lines of a text: a find is one line, a baseline or digest has its newest below it. */
function linesOf(notification: Notification, language: Language, timeZone: string | null): Line[] {
  const t = texts[language]
  const { payload, alertName } = notification
  const name = cut(alertName, LONGEST_IN_LIST)
  if ('listing' in payload) return [listingLine(payload.listing, language)]
  if ('language' in payload) {
    return noticeLines(payload, timeZone).map((text, place) => [
      { text: cut(text, 500), ...(place === 0 && { bold: true as const }) },
    ])
  }
  const isBaseline = notification.kind === 'baseline'
  const { newest, count } = payload
  const left = count - newest.length
  return [
    [{ text: isBaseline ? t.baseline(name, count) : t.catchUp(name, count), bold: true }],
    ...(isBaseline && newest.length > 0 ? [[{ text: t.newest(newest.length) }]] : []),
    ...newest.map((listing) => listingLine(listing, language)),
    ...(!isBaseline && left > 0 ? [[{ text: t.more(left) }]] : []),
  ]
}

/** What a chat reads for one claimed message. Pure: the same claim always gives the same message. */
export const renderNotification = (message: ClaimedMessage): OutgoingMessage => ({
  ...wordsOf(message),
  notifications: message.notifications,
})

function wordsOf(message: ClaimedMessage): Words {
  const [first] = message.notifications
  if (!first) throw new Error(`claim ${message.claimId} holds no notification`)
  const language = 'language' in first.payload ? first.payload.language : first.language
  if (!message.isDigest && 'listing' in first.payload) {
    const names = message.notifications.map((notification) => notification.alertName)
    return renderFind(first.payload.listing, first, names, message)
  }
  if (!message.isDigest && 'reply' in first.payload) return renderReply(first.payload.reply)
  // In a digest everything gets one line, so that all of it fits.
  const lines = message.notifications.flatMap((notification) => {
    const all = linesOf(notification, language, message.timeZone)
    return message.isDigest ? all.slice(0, 1) : all
  })
  const plainText = { photoUrl: null, buttons: [] }
  if (!message.isDigest) return assemble(lines, LIMIT.text, plainText)
  const head: Line = [{ text: texts[language].digest(message.notifications.length), bold: true }]
  const shown = fitLines(lines, LIMIT.text - lengthOf(head) - ROOM_FOR_MORE)
  const left = lines.length - shown.length
  return assemble(
    [head, ...shown, ...(left > 0 ? [[{ text: texts[language].more(left) }]] : [])],
    LIMIT.text,
    plainText,
  )
}

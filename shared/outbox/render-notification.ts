import type { FoundListing } from '../contracts/listing.ts'
import type { ClaimedMessage, Notification } from '../database/outbox.ts'
import { listingLink } from '../marketplaces/vinted/listing-link.ts'
import type { OutgoingMessage } from '../messaging/messaging-provider.ts'
import { noticeLines } from './notice-lines.ts'
import { clockTime, money, texts } from './texts.ts'
import type { Language } from './texts.ts'

/** Telegram's limits, counted after markup is parsed: we cut first and escape after, so no entity is ever cut. */
const LIMIT = { caption: 1024, text: 4096, title: 200, titleInList: 70, names: 300 }

/** A piece of text, with the markup it gets where markup is possible. Text by strangers is only ever `text`. */
type Piece = { text: string; bold?: true; href?: string }
type Line = Piece[]

const cut = (text: string, most: number): string => {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim())
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function pieceToHtml({ text, bold, href }: Piece): string {
  const inner = bold ? `<b>${escape(text)}</b>` : escape(text)
  return href === undefined ? inner : `<a href="${escape(href)}">${inner}</a>`
}

type Words = Omit<OutgoingMessage, 'notifications'>

function assemble(lines: Line[], most: number, rest: Pick<Words, 'photoUrl' | 'buttons'>): Words {
  let length = 0
  const fitting = lines.filter((line) => {
    length += line.reduce((sum, piece) => sum + Array.from(piece.text).length, 1)
    return length <= most
  })
  return {
    html: fitting.map((line) => line.map(pieceToHtml).join('')).join('\n'),
    plain: fitting.map((line) => line.map((piece) => piece.text).join('')).join('\n'),
    ...rest,
  }
}

const prices = (listing: FoundListing, language: Language): string => {
  const price = money(listing.price, listing.currency, language)
  return listing.totalPrice === null
    ? price
    : `${price} (${texts[language].withFees(money(listing.totalPrice, listing.currency, language))})`
}

function renderFind(listing: FoundListing, isDrop: boolean, names: string[], language: Language): Words {
  const t = texts[language]
  const link = listingLink(listing)
  const details = [listing.brand, listing.size, listing.condition].filter((part) => part !== null)
  const lines: Line[] = [
    [...(isDrop ? [{ text: `${t.priceDrop} · ` }] : []), { text: cut(listing.title, LIMIT.title), bold: true }],
    [{ text: prices(listing, language) }],
    ...(details.length > 0 ? [[{ text: cut(details.join(' · '), LIMIT.title) }]] : []),
    [{ text: `${listing.market.toUpperCase()} · ${t.foundAt(clockTime(listing.foundAt, language))}` }],
    [{ text: t.alerts(cut(names.join(', '), LIMIT.names), names.length) }],
  ]
  return assemble(lines, LIMIT.caption, {
    photoUrl: listing.photoUrl,
    buttons: link === null ? [] : [[{ label: t.open, url: link }]],
  })
}

function listLine(listing: FoundListing, language: Language): Line {
  const link = listingLink(listing)
  const title: Piece = { text: cut(listing.title, LIMIT.titleInList) }
  return [{ text: '• ' }, link === null ? title : { ...title, href: link }, { text: ` – ${prices(listing, language)}` }]
}

/** One notification as lines of a text: a find is one line, a baseline or digest has its newest below it. */
function linesOf(notification: Notification, language: Language): Line[] {
  const t = texts[language]
  const { payload, alertName } = notification
  const name = cut(alertName, LIMIT.titleInList)
  if ('listing' in payload) return [listLine(payload.listing, language)]
  if ('language' in payload) {
    return noticeLines(payload).map((text, place) => [
      { text: cut(text, 500), ...(place === 0 && { bold: true as const }) },
    ])
  }
  const isBaseline = notification.kind === 'baseline'
  const { newest, count } = payload
  const left = count - newest.length
  return [
    [{ text: isBaseline ? t.baseline(name, count) : t.catchUp(name, count), bold: true }],
    ...(isBaseline && newest.length > 0 ? [[{ text: t.newest(newest.length) }]] : []),
    ...newest.map((listing) => listLine(listing, language)),
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
  const language = first.language
  if (!message.isDigest && 'listing' in first.payload) {
    const names = message.notifications.map((notification) => notification.alertName)
    return renderFind(first.payload.listing, first.kind === 'drop', names, language)
  }
  // In a digest everything gets one line, so that all of it fits.
  const lines = message.notifications.flatMap((notification) => {
    const all = linesOf(notification, language)
    return message.isDigest ? all.slice(0, 1) : all
  })
  const head: Line[] = message.isDigest
    ? [[{ text: texts[language].digest(message.notifications.length), bold: true }]]
    : []
  return assemble([...head, ...lines], LIMIT.text, { photoUrl: null, buttons: [] })
}

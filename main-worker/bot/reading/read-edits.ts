import type { AlertChanges } from '#shared/contracts/alert.ts'

export type ReadEdits = { changes: AlertChanges; unclear: string[] }

type Read = (value: string) => AlertChanges | null

/** An empty value takes a limit away. */
const price =
  (field: 'priceMin' | 'priceMax' | 'maxTotalPrice'): Read =>
  (value) => {
    if (/^(?:|-|non|no|aucun|none|off)$/i.test(value)) return { [field]: null }
    const plain = value.replace(/\s*(?:€|eur|euros?|\$|usd|£|gbp)$/i, '').replace(',', '.')
    return /^\d{1,7}(?:\.\d{1,2})?$/.test(plain) ? { [field]: Number(plain) } : null
  }

/** The list becomes exactly these words; an empty one takes them all away. */
const words =
  (field: 'excludedWords' | 'requiredWords'): Read =>
  (value) => {
    const list = value.split(/[,;]/).map((word) => word.trim())
    const named = [...new Set(list.filter((word) => word !== '' && word !== '-'))]
    return named.length > 200 || named.some((word) => word.length > 200) ? null : { [field]: named }
  }

const name: Read = (value) => (value === '' || value.length > 200 ? null : { name: value })

const verbs: readonly [RegExp, Read][] = [
  [/^max(?:imum)?$/, price('priceMax')],
  [/^min(?:imum)?$/, price('priceMin')],
  [/^total$/, price('maxTotalPrice')],
  [/^(?:sans|without|excluding)$/, words('excludedWords')],
  [/^(?:avec|with|including)$/, words('requiredWords')],
  [/^(?:nom|name)$/, name],
]

function readLine(line: string): AlertChanges | null {
  const [, verb = '', value = ''] = /^([a-z]+)(?:\s*[:=]\s*|\s+|$)(.*)$/i.exec(line) ?? []
  return verbs.find(([known]) => known.test(verb.toLowerCase()))?.[1](value.trim()) ?? null
}

/** One change per line, in French or English: `max 50`, `sans lot, enfant`, `name Jackets`. The last of two wins. */
export function readEdits(text: string): ReadEdits {
  const read: ReadEdits = { changes: {}, unclear: [] }
  for (const line of text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')) {
    const change = readLine(line)
    if (change) Object.assign(read.changes, change)
    else read.unclear.push(line)
  }
  return read
}

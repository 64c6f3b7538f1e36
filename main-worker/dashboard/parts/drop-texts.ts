import type { DropReason } from '#shared/marketplaces/vinted/match-page.ts'

const fr: Record<DropReason, string> = {
  price: 'prix',
  'total-price': 'prix avec les frais',
  condition: 'état',
  seller: 'vendeur bloqué',
  brand: 'autre marque',
  size: 'autre taille',
  word: 'mot exigé absent',
  'excluded-word': 'mot exclu',
}

const en: typeof fr = {
  price: 'price',
  'total-price': 'price with fees',
  condition: 'condition',
  seller: 'blocked seller',
  brand: 'other brand',
  size: 'other size',
  word: 'required word missing',
  'excluded-word': 'excluded word',
}

/** Why a filter dropped a listing. */
export const dropTexts = { fr, en }

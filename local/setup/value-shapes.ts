import type { VariableName } from './variables.ts'
import { variables } from './variables.ts'

/** A stranger's eyes may see it: an address without a password in it. Anything else is counted only. */
const isShowable = (name: VariableName, value: string): boolean =>
  !variables[name].isSecret && /^(https?:\/\/[a-z0-9.:/_-]{1,100}|-?\d{1,20})$/i.test(value) && !/eyJ|sb_/.test(value)

/** What a refusal repeats of a value. */
export const gotOf = (name: VariableName, value: string): { got: string } | { characters: number } =>
  isShowable(name, value) ? { got: value } : { characters: value.length }

export const hostOf = (value: string): string | null => URL.parse(value)?.hostname ?? null

/** An address of a site and nothing more: no path, user or query. */
export const isOrigin = (value: string): boolean => {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.origin === value
}

/** As an address writes a character that would end it. */
export const percentOf = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

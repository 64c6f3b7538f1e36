import type { PersonChanges } from '#shared/database/people.ts'
import type { z } from 'zod'

/** A form as it was filled in. */
export type ProfileForm = { name: string; language: string; timeZone: string; quietFrom: string; quietUntil: string }

export type ProfileProblem = 'noName' | 'noLanguage' | 'noZone' | 'noTime' | 'oneTime' | 'sameTime'
export type ProfileProblems = Partial<Record<keyof ProfileForm, ProfileProblem>>

/** The zones that people may choose, as this machine knows them; UTC is none of its own list. */
export const timeZones: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

function quietProblems({ quietFrom, quietUntil }: ProfileForm): ProfileProblems {
  if (quietFrom === '' && quietUntil === '') return {}
  const oneProblem = (time: string): ProfileProblem | null =>
    time === '' ? 'oneTime' : TIME.test(time) ? null : 'noTime'
  const from = oneProblem(quietFrom)
  const until = oneProblem(quietUntil)
  if (from === null && until === null) return quietFrom === quietUntil ? { quietUntil: 'sameTime' } : {}
  return { ...(from !== null && { quietFrom: from }), ...(until !== null && { quietUntil: until }) }
}

/** What a person changes about themselves, or what is wrong with each field. Two empty times are no quiet hours. */
export function readProfile(
  form: ProfileForm,
): { changes: z.infer<typeof PersonChanges> } | { problems: ProfileProblems } {
  const name = form.name.trim()
  const { language, timeZone } = form
  const problems: ProfileProblems = {
    ...((name === '' || name.length > 100) && { name: 'noName' }),
    ...(language !== 'fr' && language !== 'en' && { language: 'noLanguage' }),
    ...(!timeZones.includes(timeZone) && { timeZone: 'noZone' }),
    ...quietProblems(form),
  }
  if (Object.keys(problems).length > 0) return { problems }
  return {
    changes: {
      name,
      language: language === 'fr' ? 'fr' : 'en',
      timeZone,
      quietFrom: form.quietFrom === '' ? null : form.quietFrom,
      quietUntil: form.quietUntil === '' ? null : form.quietUntil,
    },
  }
}

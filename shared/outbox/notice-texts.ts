import type { Notice } from '../database/rows.ts'
import type { Language } from './texts.ts'

type Words = { what: (subject: string) => string; next: string }

const close = {
  fr: (what: string) => `C’est résolu : ${what}`,
  en: (what: string) => `Resolved: ${what}`,
}

/** What each kind of incident is called, and what Vigie does about it or the owner can do. */
const words: Record<Language, Record<string, Words>> = {
  fr: {
    'protocol-changed': {
      what: (market) => `Vinted répond autrement qu’hier (${market})`,
      next: 'Les alertes de ce marché attendent, rien n’est perdu. Il faut une mise à jour de Vigie si cela dure.',
    },
    'wrong-market': {
      what: (market) => `Vinted répond avec les annonces d’un autre pays (${market})`,
      next: 'Ces pages sont ignorées et la session est refaite.',
    },
    frozen: {
      what: (market) => `La page des nouveautés ne bouge plus (${market})`,
      next: 'Vigie continue de regarder ; les annonces peuvent arriver en retard.',
    },
    captcha: {
      what: (where) => `Vinted demande une personne (${where})`,
      next: 'Vigie ne résout pas de CAPTCHA. Ce marché se repose sur cette région, les autres continuent. Vous pouvez importer une session : POST /api/v1/token/cookies.',
    },
    'browser-missing': {
      what: (worker) => `Un navigateur manque (${worker})`,
      next: 'Installez chromium sur cette machine ou indiquez CHROME_PATH.',
    },
  },
  en: {
    'protocol-changed': {
      what: (market) => `Vinted answers differently than yesterday (${market})`,
      next: 'The alerts of this market wait, nothing is lost. If it lasts, Vigie needs an update.',
    },
    'wrong-market': {
      what: (market) => `Vinted answers with another country’s listings (${market})`,
      next: 'Those pages are dropped and the session is made anew.',
    },
    frozen: {
      what: (market) => `The page of newest listings has stopped moving (${market})`,
      next: 'Vigie keeps looking; listings may come late.',
    },
    captcha: {
      what: (where) => `Vinted asks for a person (${where})`,
      next: 'Vigie solves no CAPTCHA. This market rests on that region, the others go on. You can import a session: POST /api/v1/token/cookies.',
    },
    'browser-missing': {
      what: (worker) => `A browser is missing (${worker})`,
      next: 'Install chromium on that machine, or set CHROME_PATH.',
    },
  },
}

/** Headline first, then the detail and what follows. An unknown kind is told by its own name. */
export function noticeLines({ incident, subject, detail, isClosed, language }: Notice): string[] {
  const known = words[language][incident]
  const what = known?.what(subject) ?? `${incident}: ${subject}`
  return isClosed ? [close[language](what)] : [what, detail, ...(known ? [known.next] : [])]
}

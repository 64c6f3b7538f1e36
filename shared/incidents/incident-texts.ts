import type { Language } from '../outbox/texts.ts'

/** What it is called, what Vigie does about it, and what the owner can do. */
type Words = { what: (subject: string) => string; does: string; can: string }

/** Everything that can make the fleet fall silent has a word here, in both languages. */
const words = {
  ban: {
    fr: {
      what: (address) => `Vinted refuse ${address}`,
      does: 'Cette région se repose ; ses alertes sont vérifiées par les autres, puis elle revient toute seule.',
      can: 'Rien à faire. Si cela se répète, ralentissez (REQUEST_DELAY_MIN_MS) ou ajoutez une région.',
    },
    en: {
      what: (address) => `Vinted refuses ${address}`,
      does: 'That region rests; the others check its alerts, and it comes back by itself.',
      can: 'Nothing. If it happens again and again, slow down (REQUEST_DELAY_MIN_MS) or add a region.',
    },
  },
  'fleet-paused': {
    fr: {
      what: () => 'Toute la flotte est en pause',
      does: 'Aucune requête ne part vers Vinted. Après une pause due à des refus, une seule alerte essaie d’abord.',
      can: 'Attendre. « Tout reprendre » lève la pause, pas le repos des adresses refusées : il finit seul, ou se lève par région.',
    },
    en: {
      what: () => 'The whole fleet is paused',
      does: 'No request goes to Vinted. After a pause because of refusals one alert tries first.',
      can: 'Wait. “Resume everything” ends the pause, not the bans of the addresses that were refused: those end by themselves, or are ended region by region.',
    },
  },
  'worker-down': {
    fr: {
      what: (worker) => `${worker} ne répond pas`,
      does: 'Ses alertes sont vérifiées par les autres régions.',
      can: 'Regardez cette machine : fly status, fly logs ; même API_SECRET que main ?',
    },
    en: {
      what: (worker) => `${worker} does not answer`,
      does: 'The other regions check its alerts.',
      can: 'Look at that machine: fly status, fly logs; same API_SECRET as main?',
    },
  },
  'own-network': {
    fr: {
      what: () => 'Aucune région ne répond : est-ce notre propre réseau ?',
      does: 'Vigie continue de les appeler toutes.',
      can: 'Vérifiez le réseau de la machine de main.',
    },
    en: {
      what: () => 'No region answers: is it our own network?',
      does: 'Vigie keeps calling all of them.',
      can: 'Check the network of the machine that main runs on.',
    },
  },
  'main-down': {
    fr: {
      what: () => 'Le worker principal est silencieux',
      does: 'Aucun cycle ne démarre tant qu’il ne revient pas ; rien n’est perdu.',
      can: 'Redémarrez-le : fly status et fly logs de l’application main.',
    },
    en: {
      what: () => 'The main worker is silent',
      does: 'No cycle starts until it is back; nothing is lost.',
      can: 'Restart it: fly status and fly logs of the main app.',
    },
  },
  'no-session': {
    fr: {
      what: (market) => `Pas de session pour ${market}`,
      does: 'Une nouvelle est demandée à chaque cycle.',
      can: 'Renouvelez-la sur la page Sessions, ou importez-en une : POST /api/v1/token/cookies.',
    },
    en: {
      what: (market) => `No session for ${market}`,
      does: 'A new one is asked for in every cycle.',
      can: 'Renew it on the Sessions page, or import one: POST /api/v1/token/cookies.',
    },
  },
  'upstream-error': {
    fr: {
      what: (market) => `Vinted est en panne (${market})`,
      does: 'Les alertes de ce marché sont redemandées à chaque cycle, rien n’est perdu.',
      can: 'Attendre.',
    },
    en: {
      what: (market) => `Vinted is out of order (${market})`,
      does: 'The alerts of this market are asked for again in every cycle, nothing is lost.',
      can: 'Wait.',
    },
  },
  'no-checks': {
    fr: {
      what: () => 'Aucune alerte ne peut être vérifiée',
      does: 'Vigie réessaie à chaque cycle.',
      can: 'Regardez les régions sur la page d’accueil et les derniers cycles sur la page Cycles.',
    },
    en: {
      what: () => 'No alert can be checked',
      does: 'Vigie tries again in every cycle.',
      can: 'Look at the regions on the home page and at the last cycles on the Runs page.',
    },
  },
  'protocol-changed': {
    fr: {
      what: (market) => `Vinted répond autrement qu’hier (${market})`,
      does: 'Les alertes de ce marché attendent, rien n’est perdu.',
      can: 'Mettez Vigie à jour si cela dure.',
    },
    en: {
      what: (market) => `Vinted answers differently than yesterday (${market})`,
      does: 'The alerts of this market wait, nothing is lost.',
      can: 'Update Vigie if it lasts.',
    },
  },
  'wrong-market': {
    fr: {
      what: (market) => `Vinted répond avec les annonces d’un autre pays (${market})`,
      does: 'Ces pages sont ignorées et la session est refaite.',
      can: 'Rien à faire.',
    },
    en: {
      what: (market) => `Vinted answers with another country’s listings (${market})`,
      does: 'Those pages are dropped and the session is made anew.',
      can: 'Nothing.',
    },
  },
  frozen: {
    fr: {
      what: (market) => `La page des nouveautés ne bouge plus (${market})`,
      does: 'Vigie continue de regarder ; les annonces peuvent arriver en retard.',
      can: 'Rien à faire.',
    },
    en: {
      what: (market) => `The page of newest listings has stopped moving (${market})`,
      does: 'Vigie keeps looking; listings may come late.',
      can: 'Nothing.',
    },
  },
  captcha: {
    fr: {
      what: (where) => `Vinted demande une personne (${where})`,
      does: 'Vigie ne résout pas de CAPTCHA. Ce marché se repose sur cette région, les autres continuent.',
      can: 'Vous pouvez importer une session : POST /api/v1/token/cookies.',
    },
    en: {
      what: (where) => `Vinted asks for a person (${where})`,
      does: 'Vigie solves no CAPTCHA. This market rests on that region, the others go on.',
      can: 'You can import a session: POST /api/v1/token/cookies.',
    },
  },
  'browser-missing': {
    fr: {
      what: (worker) => `Un navigateur manque (${worker})`,
      does: 'Les sessions y sont faites sans navigateur ; une page qui en veut un reste fermée.',
      can: 'Installez chromium sur cette machine ou indiquez CHROME_PATH.',
    },
    en: {
      what: (worker) => `A browser is missing (${worker})`,
      does: 'Sessions are made there without one; a page that wants one stays closed.',
      can: 'Install chromium on that machine, or set CHROME_PATH.',
    },
  },
  'dead-letters': {
    fr: {
      what: (chat) => `Des messages n’ont pas pu être envoyés (${chat})`,
      does: 'Ils sont gardés 30 jours, avec les mots du canal.',
      can: 'Regardez la page Messages : elle dit pourquoi, et les renvoie.',
    },
    en: {
      what: (chat) => `Messages could not be sent (${chat})`,
      does: 'They are kept for 30 days, with the channel’s own words.',
      can: 'Look at the Deliveries page: it says why, and sends them again.',
    },
  },
  'chat-disabled': {
    fr: {
      what: (chat) => `Un chat n’accepte plus de messages (${chat})`,
      does: 'Plus rien n’y est envoyé ; les messages sont gardés comme échoués.',
      can: 'Débloquez le bot, puis renvoyez l’un d’eux sur la page Messages : les autres suivent.',
    },
    en: {
      what: (chat) => `A chat takes no more messages (${chat})`,
      does: 'Nothing is sent there any more; its messages are kept as failed.',
      can: 'Unblock the bot, then send one of them again on the Deliveries page: the others follow.',
    },
  },
  'channel-down': {
    fr: {
      what: (channel) => `${channel} est injoignable`,
      does: 'Les messages attendent ; un essai au moins chaque minute.',
      can: 'Vérifiez TELEGRAM_BOT_TOKEN et le réseau si cela dure.',
    },
    en: {
      what: (channel) => `${channel} cannot be reached`,
      does: 'Messages wait; it is tried at least every minute.',
      can: 'Check TELEGRAM_BOT_TOKEN and the network if it lasts.',
    },
  },
  'late-cycle': {
    fr: {
      what: () => 'Un cycle a duré plus longtemps que son intervalle',
      does: 'Le suivant démarre aussitôt ; rien n’est sauté.',
      can: 'Moins de recherches différentes, une région de plus, ou un intervalle plus long.',
    },
    en: {
      what: () => 'A cycle took longer than its interval',
      does: 'The next one starts at once; nothing is skipped.',
      can: 'Fewer different searches, one more region, or a longer interval.',
    },
  },
  'over-capacity': {
    fr: {
      what: () => 'Plus de recherches que l’allure n’en permet',
      does: 'Toutes sont vérifiées, mais moins souvent.',
      can: 'Ajoutez une région, ou des alertes qui partagent une recherche.',
    },
    en: {
      what: () => 'More searches than the pace allows',
      does: 'All are checked, but less often.',
      can: 'Add a region, or let alerts share a search.',
    },
  },
  'search-parked': {
    fr: {
      what: (alerts) => `En attente : ${alerts}`,
      does: 'Cette recherche n’est plus vérifiée pour l’instant ; les autres continuent.',
      can: 'Changez sa recherche, ou reprenez l’alerte sur la page Alertes (ou /resume au bot).',
    },
    en: {
      what: (alerts) => `Waiting: ${alerts}`,
      does: 'This search is not checked for now; the others go on.',
      can: 'Change its search, or resume the alert on the Alerts page (or /resume to the bot).',
    },
  },
  'database-slow': {
    fr: {
      what: () => 'La base de données est lente ou absente',
      does: 'Tout attend et reprend où cela s’est arrêté.',
      can: 'Regardez l’état du projet Supabase (ou de la machine).',
    },
    en: {
      what: () => 'The database is slow or away',
      does: 'Everything waits and goes on where it stopped.',
      can: 'Look at the Supabase project (or the machine).',
    },
  },
} satisfies Record<string, Record<Language, Words>>

export type IncidentKind = keyof typeof words

export type IncidentWords = { what: string; does: string; can: string }

/** What one incident is called and what follows from it. A kind of a newer version is told by its own name. */
export function incidentWords(kind: string, subject: string, language: Language): IncidentWords {
  const known = Object.hasOwn(words, kind) ? words[kind as IncidentKind][language] : null
  return known
    ? { what: known.what(subject), does: known.does, can: known.can }
    : { what: `${kind}: ${subject}`, does: '', can: '' }
}

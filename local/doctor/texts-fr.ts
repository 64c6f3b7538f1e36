import type * as en from './texts-en.ts'

export const checkNames: typeof en.checkNames = {
  node: 'Node.js',
  settings: 'réglages',
  key: 'API_SECRET',
  address: 'adresse',
  database: 'base',
  migrations: 'migrations',
  rights: 'droits',
  clock: 'horloge',
  telegram: 'Telegram',
  webhook: 'webhook',
  chat: 'votre chat',
  main: 'main',
  worker: 'worker',
  fleet: 'flotte',
  incidents: 'incidents',
  session: 'session',
  search: 'recherche',
}

export const stateWords: typeof en.stateWords = { ok: 'ok', look: 'à voir', broken: 'cassé' }

export const summaries: typeof en.summaries = {
  looking: ({ kind, name, mode }) =>
    kind === 'local' ? `La flotte de npm start (${mode ?? ''}) dans ${name}` : `La flotte de ${name}`,
  well: ({ count }) => `Tout va bien (${count} vérifications).`,
  unwell: ({ broken, look }) => `${broken} cassé(s), ${look} à voir.`,
}

const fly = 'Sur Fly.io : fly status et fly logs de son app.'
const migrate = 'Lancez npx supabase db push, ou DATABASE_URL=… npm run migrate ; npm start le fait tout seul.'

export const texts: typeof en.texts = {
  nodeOk: ({ version }) => ({ says: version }),
  nodeOld: ({ version, wants }) => ({
    says: `${version} est plus ancien que ${wants}`,
    todo: 'Installez Node.js 24, ou relancez npm ci : sous Linux il en apporte un.',
  }),
  envFileRead: () => ({ says: 'il y en a un, et cette flotte s’en sert : le vrai Vinted' }),
  envFileUnread: () => ({ says: 'il y en a un, mais cette flotte est le bac à sable : npm start -- --live s’en sert' }),
  envFileAbsent: () => ({ says: 'il n’y en a pas : copiez .env.example pour le vrai Vinted' }),
  settingsOk: () => ({ says: 'complets' }),
  settingsWrong: ({ problem }) => ({
    says: problem,
    todo: 'Corrigez-le (.env ici, fly secrets set ou [env] sur Fly.io) et redémarrez.',
  }),
  keyOk: () => ({ says: 'longue et aléatoire' }),
  keyWeak: ({ distinct }) => ({
    says: `n’a que ${distinct} caractères différents : elle se devine`,
    todo: 'Faites-en une avec openssl rand -hex 32 ; gardez l’ancienne dans API_SECRET_PREVIOUS le temps que chaque worker ait la nouvelle.',
  }),
  keyPrevious: () => ({
    says: 'l’ancienne clé est encore acceptée',
    todo: 'Retirez API_SECRET_PREVIOUS dès que main et chaque worker ont la nouvelle clé.',
  }),
  addressLocal: () => ({ says: 'la page n’est visible que sur cette machine (PUBLIC_BASE_URL absent)' }),
  addressOk: ({ url }) => ({ says: url }),
  addressPlain: ({ url }) => ({
    says: `${url} n’est pas en https : connexions et appels de Telegram passeraient en clair`,
    todo: 'Donnez à PUBLIC_BASE_URL une adresse https.',
  }),
  databaseOk: ({ ms }) => ({ says: `répond en ${ms} ms` }),
  databaseSlow: ({ ms }) => ({
    says: `répond, mais en ${ms} ms`,
    todo: 'Est-elle loin, en pause ou occupée ? Choisissez-lui la région de main.',
  }),
  databaseAway: ({ error }) => ({
    says: `ne répond pas (${error})`,
    todo: 'SUPABASE_URL est-il juste, le projet est-il en pause ? Ici : npm start tourne-t-il ?',
  }),
  databaseRefused: ({ error }) => ({
    says: `refuse notre clé (${error})`,
    todo: 'Donnez à SUPABASE_SERVICE_ROLE_KEY la clé secrète (service_role) de ce projet, sur main et sur chaque worker.',
  }),
  migrationsOk: ({ count }) => ({ says: `les ${count} sont appliquées` }),
  migrationsMissing: ({ missing }) => ({ says: `pas appliquées : ${missing.join(', ')}`, todo: migrate }),
  migrationsOld: () => ({
    says: 'la base ne connaît pas cette version : ses migrations sont plus anciennes, ou jamais appliquées',
    todo: migrate,
  }),
  migrationsNewer: ({ unknown }) => ({
    says: `la base est plus récente que ce code : ${unknown.join(', ')}`,
    todo: 'Mettez cette copie à jour, ou regardez la flotte avec la version qui tourne.',
  }),
  migrationsUnknown: () => ({
    says: 'la liste des migrations appliquées est illisible ; toutes les fonctions de cette version sont là',
    todo: 'Appliquez-les avec npx supabase db push, qui tient cette liste.',
  }),
  rightsOk: () => ({ says: 'rien ne s’appelle ni ne se lit sans la clé de service' }),
  rightsOpen: ({ names, count }) => ({
    says: `la clé publique suffit pour ${names.join(', ')}${count > names.length ? ` et ${count - names.length} autres` : ''}`,
    todo: 'Appliquez de nouveau les migrations (chacune finit par retirer ces droits), et ne changez rien à la main dans le schéma public.',
  }),
  rightsAnonymous: ({ status }) => ({
    says: `un appel sans clé a reçu une réponse (HTTP ${status})`,
    todo: 'Fermez-la : la passerelle doit demander une clé.',
  }),
  clockOk: ({ others }) => ({ says: `d’accord avec ${others} autre(s)` }),
  clockOff: ({ who, seconds }) => ({
    says: `${who} est en ${seconds > 0 ? 'avance' : 'retard'} de ${Math.abs(seconds)} s sur cette machine`,
    todo: 'Réglez par NTP l’horloge qui se trompe : sessions et signatures en dépendent.',
  }),
  telegramNone: () => ({ says: 'absent : les trouvailles se voient sur la page et le terminal seulement' }),
  telegramOk: ({ name }) => ({ says: `le bot est ${name}` }),
  telegramRefused: ({ error }) => ({
    says: `ne connaît pas ce bot (${error})`,
    todo: 'Demandez à @BotFather le jeton du bot (/token) et mettez-le dans TELEGRAM_BOT_TOKEN, sur main et sur chaque worker.',
  }),
  telegramAway: ({ error }) => ({
    says: `ne répond pas (${error})`,
    todo: 'Cette machine atteint-elle https://api.telegram.org (ou TELEGRAM_API_ROOT) ?',
  }),
  telegramFails: ({ error }) => ({
    says: `répond par une erreur (${error})`,
    todo: 'Réessayez dans une minute ; Vigie de son côté continue d’essayer.',
  }),
  webhookPolling: () => ({ says: 'aucun, comme prévu : main demande lui-même' }),
  webhookOk: ({ host }) => ({ says: `Telegram appelle ${host}` }),
  webhookUnwanted: ({ host }) => ({
    says: `Telegram appelle ${host}, mais main demande lui-même : il n’entend rien`,
    todo: 'Renseignez PUBLIC_BASE_URL si c’est l’adresse de main ; sinon un autre programme se sert de ce bot : donnez le sien à Vigie.',
  }),
  webhookMissing: ({ host }) => ({
    says: `aucun, alors que ${host} attend d’être appelé`,
    todo: 'Redémarrez main : il pose le webhook au démarrage.',
  }),
  webhookElsewhere: ({ host, wants }) => ({
    says: `Telegram appelle ${host} au lieu de ${wants}`,
    todo: 'Redémarrez main, ou donnez à cette flotte un bot à elle.',
  }),
  webhookFailing: ({ error, pending }) => ({
    says: `le dernier appel de Telegram a échoué (${error}) ; ${pending} en attente`,
    todo: 'main est-il joignable à PUBLIC_BASE_URL, avec un certificat valable ?',
  }),
  webhookPending: ({ pending }) => ({
    says: `${pending} messages au bot attendent`,
    todo: 'main tourne-t-il, et son journal montre-t-il des erreurs du bot ?',
  }),
  chatOk: () => ({ says: 'connu' }),
  chatUnknown: () => ({
    says: 'personne n’est prévenu : aucun chat n’est connu',
    todo: 'Écrivez /start <code> au bot ; le code est dans le journal de main. Ou renseignez TELEGRAM_CHAT_ID.',
  }),
  alive: ({ version }) => ({ says: `répond, version ${version}` }),
  mainAway: ({ url, error }) => ({
    says: `${url} ne répond pas (${error})`,
    todo: `Démarrez-le : npm start. ${fly}`,
  }),
  otherVersion: ({ theirs, ours }) => ({
    says: `tourne en version ${theirs} ; ici c’est ${ours}`,
    todo: 'Déployez main et chaque worker depuis la même version.',
  }),
  workerOk: ({ version, browser }) => ({
    says: `répond, version ${version}${browser ? ', avec un navigateur' : ', sans navigateur (sessions simples seulement)'}`,
  }),
  workerAway: ({ url, error }) => ({
    says: `${url} ne répond pas (${error})`,
    todo: `Est-il démarré, son url dans WORKERS est-elle juste ? ${fly}`,
  }),
  workerRefusesKey: () => ({
    says: 'refuse notre clé : même API_SECRET ?',
    todo: 'Mettez le même API_SECRET sur main et sur ce worker, puis redémarrez-le.',
  }),
  workerUnwell: ({ error }) => ({
    says: `vit, mais ne peut pas travailler (${error})`,
    todo: 'Le plus souvent sa base : SUPABASE_URL et SUPABASE_SERVICE_ROLE_KEY, comme sur main.',
  }),
  workerOther: ({ says }) => ({
    says: `celui qui répond à son url s’appelle ${says}`,
    todo: 'Deux url de WORKERS sont échangées, ou WORKER_ID est faux.',
  }),
  workerBanned: ({ until, reason }) => ({
    says: `Vinted refuse son adresse (${reason}) ; il se repose jusqu’à ${until}`,
    todo: 'Rien : il revient tout seul. Ralentissez (REQUEST_DELAY_MIN_MS) si cela se répète.',
  }),
  workerDraining: () => ({
    says: 'ne reçoit plus rien : il a été mis à l’écart à la main',
    todo: '« Reprendre » sur la page d’accueil lui redonne du travail, de même que POST /api/v1/worker/:id/resume.',
  }),
  workerUnreached: ({ error }) => ({
    says: `répond ici, mais main ne l’atteint pas (${error})`,
    todo: 'Son url dans WORKERS est-elle joignable depuis la machine de main ?',
  }),
  fleetOk: ({ available, total }) => ({ says: `${available} sur ${total} au travail` }),
  fleetNone: ({ total }) => ({
    says: `aucun des ${total} n’est au travail : rien n’est vérifié`,
    todo: 'Réparez les workers ci-dessus ; un worker refusé revient tout seul.',
  }),
  fleetPaused: ({ reason, until }) => ({
    says: `en pause ${until === null ? 'jusqu’à ce que quelqu’un la reprenne' : `jusqu’à ${until}`} : ${reason}`,
    todo: '« Tout reprendre » sur la page d’accueil y met fin, de même que POST /api/v1/fleet/resume ; une pause après des refus finit toute seule.',
  }),
  incidentsNone: () => ({ says: 'aucun' }),
  incidentOpen: ({ what, detail, can }) => ({ says: `${what} (${detail})`, todo: can }),
  sessionOk: ({ workers, oldestMin }) => ({
    says: `${workers} utilisable(s), la plus ancienne a ${oldestMin} min`,
  }),
  sessionNone: () => ({
    says: 'aucune utilisable',
    todo: 'Renouvelez-les sur la page Sessions, ou par POST /api/v1/token/refresh/force ; un marché méfiant demande un navigateur sur le worker.',
  }),
  searchOk: ({ rows, worker, seconds }) => ({ says: `${rows} annonces par ${worker} en ${seconds} s` }),
  searchEmpty: ({ worker }) => ({
    says: `${worker} a reçu une page vide pour un mot qui trouve toujours quelque chose`,
    todo: 'Regardez les incidents ouverts : Vinted a peut-être changé son protocole.',
  }),
  searchFailed: ({ error }) => ({
    says: error,
    todo: 'Voyez les workers et incidents ci-dessus ; GET /api/v1/evidence montre ce que Vinted a répondu.',
  }),
  searchNotAsked: ({ because }) => ({
    says: {
      'main-away': 'pas essayée : main ne répond pas',
      paused: 'pas essayée : la flotte est en pause',
      'no-fleet': 'pas essayée : la base ne répond pas',
    }[because],
    todo: 'Réparez d’abord cela.',
  }),
}

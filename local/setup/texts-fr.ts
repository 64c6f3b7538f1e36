import type { Words } from '../doctor/texts-en.ts'
import { toolTexts } from './tool-texts-fr.ts'
import type { Character, Got, texts as en } from './texts-en.ts'
import { percentOf } from './value-shapes.ts'

const got = (f: Got): string => ('got' in f ? `reçu ${JSON.stringify(f.got)}` : `reçu ${f.characters} caractères`)

const named = ({ character }: Character): string =>
  character === ' '
    ? 'une espace'
    : /\s|\p{C}/u.test(character)
      ? 'un retour à la ligne ou un autre caractère invisible'
      : character

export const texts: typeof en = {
  ...toolTexts,

  missing: (f): Words => ({
    says: 'manque',
    todo: `Lancez npm run setup dans un terminal, il le demandera, ou donnez-le par l’environnement. Exemple : ${f.example}`,
  }),
  placeholder: (f): Words => ({
    says: `n’est pas encore connu ; l’essai à blanc continue avec un exemple : ${f.example}`,
    todo: 'Sans --dry-run, l’assistant le demande.',
  }),
  nameWrong: (f): Words => ({
    says: `reçu ${JSON.stringify(f.got)}`,
    todo: 'Il faut 1 à 50 minuscules, chiffres ou tirets, sans tiret au début ni à la fin. Exemple : vigie-anna',
  }),
  orgWrong: (f): Words => ({
    says: `reçu ${JSON.stringify(f.got)}`,
    todo: 'Il faut le nom court d’une organisation, comme le montre fly orgs list. Exemple : personal',
  }),
  charactersWrong: (f): Words => ({
    says: `contient ${named(f)}`,
    todo: `Fly, Docker et Node le lisent différemment. Dans DATABASE_URL, écrivez ${percentOf(f.character)} à la place.`,
  }),
  supabaseUrlWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut l’adresse du projet et rien derrière. Supabase la montre dans Project Settings → Data API. Exemple : https://abcdefghijklmnopqrst.supabase.co',
  }),
  supabaseUrlDashboard: (f): Words => ({
    says: 'reçu l’adresse de la page du tableau de bord',
    todo: `L’adresse du projet lui-même est ${f.wants}`,
  }),
  supabaseUrlOther: (f): Words => ({
    says: 'reçu une autre adresse du projet',
    todo: `Celle qu’il faut est ${f.wants}`,
  }),
  supabaseUrlPlain: (): Words => ({
    says: 'reçu http:// pour une adresse qu’internet atteint',
    todo: 'Il faut https:// : la clé secrète y est envoyée à chaque appel.',
  }),
  supabaseUrlForeign: (f): Words => ({
    says: `${f.host} n’est pas une adresse que donne Supabase`,
    todo: 'Juste seulement pour un Supabase que vous hébergez vous-même, ou pour un domaine à vous devant.',
  }),
  serviceKeyPublic: (): Words => ({
    says: 'reçu la clé publique',
    todo: 'Il faut la clé secrète de Project Settings → API Keys : sb_secret_…, ou l’ancienne clé service_role.',
  }),
  serviceKeyWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut la clé secrète de Project Settings → API Keys : sb_secret_…, ou l’ancienne clé service_role (eyJ…).',
  }),
  databaseUrlWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut la chaîne « Session pooler » de la page Connect de Supabase, mot de passe compris. Exemple : postgresql://postgres.abcdefghijklmnopqrst:PASSWORD@aws-0-eu-west-3.pooler.supabase.com:5432/postgres',
  }),
  databaseUrlBrackets: (): Words => ({
    says: 'contient encore les crochets de [YOUR-PASSWORD]',
    todo: 'Mettez à sa place le mot de passe de la base, sans les crochets. Oublié ? Supabase → Database → Settings → Reset password.',
  }),
  databaseUrlPassword: (f): Words => ({
    says: `son mot de passe contient ${named(f)}, qui a un autre sens dans une adresse`,
    todo: `Écrivez ${percentOf(f.character)} à la place. Dans un mot de passe, / s’écrit %2F, ? %3F, # %23, @ %40 et % %25.`,
  }),
  databaseUrlPoolerUser: (f): Words => ({
    says: `son utilisateur ne nomme pas de projet, et ${f.host} en sert beaucoup`,
    todo: 'Il faut postgres.PROJET comme utilisateur, comme dans la chaîne « Session pooler » de la page Connect de Supabase.',
  }),
  databaseElsewhere: (f): Words => ({
    says: `n’est pas chez Supabase, et SUPABASE_URL y est (${f.project}) : les migrations iraient dans une autre base que celle de la flotte`,
    todo: 'Prenez les deux dans le même projet : la chaîne « Session pooler » de la page Connect de Supabase.',
  }),
  databaseUrlTransaction: (f): Words => ({
    says: `reçu le port 6543 de ${f.host} : c’est le « transaction pooler », que Supabase déconseille pour les migrations`,
    todo: 'Il faut le « session pooler » : la chaîne « Session pooler » de la page Connect de Supabase, port 5432.',
  }),
  databaseUrlDirect: (): Words => ({
    says: 'est l’adresse directe, qui n’a que l’IPv6 : bonne depuis Fly.io, pas depuis les machines de GitHub',
    todo: 'La chaîne « Session pooler » de la page Connect de Supabase marche de partout.',
  }),
  otherProject: (f): Words => ({
    says: `appartient à un autre projet que SUPABASE_URL (${f.project})`,
    todo: 'Prenez les trois dans le même projet.',
  }),
  telegramTokenWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut le jeton que @BotFather montre pour votre bot. Exemple : 123456789:AAExampleExampleExampleExampleExample',
  }),
  chatIdWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut un nombre (négatif pour un groupe), ou rien : la page montre un code avec lequel votre chat se présente.',
  }),
  chatWithoutToken: (): Words => ({
    says: 'ne sert à rien sans TELEGRAM_BOT_TOKEN',
    todo: 'Créez un bot avec @BotFather et relancez l’assistant.',
  }),
  publicUrlWrong: (f): Words => ({
    says: got(f),
    todo: 'Il faut l’adresse où l’on atteint la page, rien derrière. Exemple : https://vigie.example',
  }),
  settingsWrong: (f): Words => ({
    says: f.problem,
    todo: 'Corrigez cette ligne du fichier et relancez l’assistant ; il ne change jamais une clé qui est là.',
  }),
  secretStays: (f): Words => ({
    says: 'est retiré des fichiers',
    todo: `Une application qui l’a déjà le garde jusqu’à : fly secrets unset ${f.name} -a APPLICATION, pour chacune d’elles.`,
  }),
  filesDiffer: (f): Words => ({
    says: `a un autre ${f.name} que ${f.kept}`,
    todo: `Celui de ${f.kept} est gardé pour les deux.`,
  }),
  envFileWrong: (): Words => ({
    says: 'a des lignes que l’assistant ne peut pas changer sans risque (une valeur sur plusieurs lignes ?)',
    todo: 'Écrivez chaque variable sur une ligne, NOM=valeur, et relancez l’assistant.',
  }),
  wasOpen: (): Words => ({
    says: 'd’autres utilisateurs de cette machine pouvaient le lire',
    todo: 'L’assistant le ferme en écrivant.',
  }),
  flyFileWrong: (f): Words => ({
    says: `illisible : ${f.error}`,
    todo: 'Corrigez la ligne, ou reprenez le fichier avec git checkout.',
  }),
  flyFileNotEdited: (f): Words => ({
    says: 'est écrit d’une façon que l’assistant ne peut pas changer sans risque',
    todo: `Mettez à la main app = "${f.app}" et les adresses des applications.`,
  }),
  regionWithoutFile: (f): Words => ({
    says: `WORKERS nomme ${f.id}, et il n’y a pas de ${f.file}`,
    todo: 'Copiez le fichier d’une autre région sous ce nom et changez ce qui nomme la région, ou retirez la ligne de WORKERS.',
  }),
  fileWithoutRegion: (f): Words => ({
    says: 'est une région que WORKERS, dans fly.main-worker.toml, ne nomme pas : laissée de côté plus bas',
    todo: `Ajoutez-y sa ligne : ${f.line}`,
  }),
  appWrong: (f): Words => ({
    says: `app vaut ${JSON.stringify(f.app)}`,
    todo: 'Fly.io veut des minuscules, des chiffres et des tirets, 63 au plus.',
  }),
  appTwice: (f): Words => ({
    says: `app vaut ${f.app}, comme dans un autre fichier`,
    todo: 'Chaque région est une application à elle.',
  }),
  fileMissing: (): Words => ({
    says: 'n’est pas là : les commandes en ont besoin',
    todo: 'Lancez l’assistant dans le dossier du projet, ou reprenez le fichier avec git checkout.',
  }),
  appsRenamed: (f): Words => ({
    says: `les applications s’appelaient jusqu’ici ${f.apps}`,
    todo: `Si elles tournent, elles continuent, coûtent et travaillent sur la même base. Quand les nouvelles vont bien : fly apps destroy ${f.apps}`,
  }),
}

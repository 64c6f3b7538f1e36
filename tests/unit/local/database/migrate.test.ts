import { openPglite } from '../../../../local/database/pglite-driver.ts'
import { describeMigrations } from '../../../support/database/migration-suite.ts'
import { pgliteTemplate } from '../../../support/database/pglite-template.ts'

describeMigrations('pglite', async () => openPglite({ template: await pgliteTemplate() }))

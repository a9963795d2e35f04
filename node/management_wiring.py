"""The pages of management put together: agreements and intake batches."""

from node.adapters.import_log import ImportLog
from node.adapters.intake_files import FolderIntake
from node.adapters.sql_catalogue import SqlCatalogue
from node.adapters.sql_intake import SqlIntake
from node.bootstrap import Base
from node.services.import_holdings import ImportHoldings
from node.services.management_doors import ManagementDoors
from node.services.password_tries import GuardedKeys, PasswordTries
from node.services.sign_agreements import SignAgreements
from node.services.take_batches import TakeBatches


def make_management(base: Base) -> ManagementDoors:
    """Agreements and intake batches on this base."""
    house, staff = base.house, base.staff
    keys = GuardedKeys(base.officer_keys, staff, PasswordTries(staff, house.clock))
    agreements = SignAgreements(house, staff, keys, base.clues, base.folder.declare)
    log = ImportLog(house.trust_domain, house.clock)
    index = SqlCatalogue(base.engine, base.reader.sounds, log)
    book = SqlIntake(base.engine, house.trust_domain, house.clock)
    files = FolderIntake(base.places.data, {})
    imports = ImportHoldings(index, base.images, base.reader)
    batches = TakeBatches(house, book, files, imports, staff)
    return ManagementDoors(agreements=agreements, batches=batches)

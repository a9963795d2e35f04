"""History as one node knows it: the area table of routing and its own table of institutions."""

from sqlalchemy import Engine

from node.adapters.sql_institutions import SqlInstitutions
from node.domain.historic_clues import HistoricClues
from records.jurisdictions import Jurisdictions
from records.person_names import NameFolding
from records.place_evidence import PlaceEvidence


def open_history(
    engine: Engine, folding: NameFolding, jurisdictions: Jurisdictions
) -> HistoricClues:
    """The history that searches in this store use; routing reads the same `jurisdictions`."""
    institutions = SqlInstitutions(engine, folding)
    return HistoricClues(PlaceEvidence(jurisdictions), institutions.lineages)

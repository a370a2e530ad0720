"""Tags of an organisation's own, as docs/kudos.md shows them and as they can go wrong."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from bot.kudos.settings import KudosSettings
from bot.kudos.terms import Terms, terms
from surveys.errors import SettingsError
from tests import documents
from tests.architecture.tree import ROOT

PAGES = ("docs/kudos.md", "docs/nl/kudos.md")


def read(folder: Path, written: str) -> Terms:
    (folder / "tags.toml").write_text(written, encoding="utf-8")
    return terms(KudosSettings(kudos_tags=folder), "NL", datetime.now, uuid4)


@pytest.mark.parametrize("page", PAGES)
def test_the_example_in_the_documents_is_read(tmp_path: Path, page: str) -> None:
    (written,) = documents.blocks((ROOT / page).read_text(encoding="utf-8"), "toml")
    found = read(tmp_path, written)
    assert [tag.id for tag in found.tags] == ["thanks", "night"]
    assert found.tag_title("night", "nl") == "Hield de nacht gaande"


def test_a_tag_that_was_taken_off_the_list_is_shown_by_its_id(tmp_path: Path) -> None:
    (written,) = documents.blocks((ROOT / PAGES[0]).read_text(encoding="utf-8"), "toml")
    assert read(tmp_path, written).tag_title("calm", "nl") == "calm"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("version = 1\n", 'holds no tag with the id "thanks": keep that one'),
        ('version = 1\n[[tag]]\nid = "thanks"\ntitle.nl = "Dank"\n', "ADEMPAUZE_KUDOS_TAGS: .*tags.toml"),
        ("version = \n", "ADEMPAUZE_KUDOS_TAGS: .*tags.toml"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_the_mend(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, written)


def test_a_folder_without_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ADEMPAUZE_KUDOS_TAGS: "):
        terms(KudosSettings(kudos_tags=tmp_path), "NL", datetime.now, uuid4)

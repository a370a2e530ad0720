"""What the documents say, held against the files, settings and commands that there are."""

from __future__ import annotations

from collections.abc import Collection

import typer

from bot import embedded
from bot.cli.commands import app
from bot.migrate import Roles, erasure_statements, role_statements
from bot.settings import PREFIX, Settings
from surveys.instrument import shipped_instrument
from tests import documents, wording
from tests.architecture.tree import ROOT

PAGES = documents.pages_in(ROOT)
FOR_PEOPLE = {
    *documents.TWINS,
    *documents.TWINS.values(),
    *(f"docs/{name}.md" for name in ("production", "keys", "architecture", "instrument", "roster")),
}
DOCS = {name: text for name, text in PAGES.items() if name.startswith("docs/")}
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}


def options_of(words: tuple[str, ...]) -> Collection[str] | None:
    """The long options of a command of ours; None when there is no such command."""
    command = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            break
        if word not in command.commands:
            return None
        command = command.commands[word]
    return {"--help", *(option for parameter in command.params for option in parameter.opts)}


def test_every_link_inside_the_documents_leads_somewhere() -> None:
    assert documents.broken_links(PAGES, ROOT) == set()
    planted = {"docs/a.md": "# A\n[b](b.md) [c](#c) [a](#a) [r](../README.md)\n```\n[code](x.md)\n```\n"}
    assert documents.broken_links(planted, ROOT) == {"docs/a.md: b.md", "docs/a.md: #c"}


def test_a_link_to_a_heading_of_another_document_is_followed() -> None:
    planted = {"a.md": "[b](b.md#two-words) [b](b.md#three)", "b.md": "## Two words\n"}
    assert documents.broken_links(planted, ROOT) == {"a.md: b.md#three"}


def test_every_dutch_document_has_its_english_twin_and_the_reverse() -> None:
    assert documents.without_twin(PAGES) == set()
    planted = {**PAGES, "docs/nl/nieuw.md": "", "docs/en/new.md": ""}
    del planted["docs/privacy.md"]
    assert documents.without_twin(planted) == {"docs/nl/nieuw.md", "docs/en/new.md", "docs/privacy.md"}


def test_twins_have_the_same_headings_and_the_same_sql() -> None:
    assert documents.unlike(PAGES) == set()
    for fault in ("\n## One more\n", "\n```sql\nSELECT 1;\n```\n"):
        planted = {**PAGES, "docs/nl/medewerkers.md": PAGES["docs/nl/medewerkers.md"] + fault}
        assert documents.unlike(planted) == {"docs/nl/medewerkers.md"}


def test_no_document_exclaims() -> None:
    assert wording.exclaiming(documents.lines_for_people(PAGES, FOR_PEOPLE)) == set()
    planted = documents.lines_for_people({"a.md": "Goed.\nGoed gedaan!\n"}, ["a.md"])
    assert wording.exclaiming(planted) == {"a.md:2"}


def test_no_document_calls_anything_anonymous_without_its_limit() -> None:
    """People may ask whether it is; the answer says what is not stored, and where that ends."""
    assert wording.claiming_anonymity(documents.lines_for_people(PAGES, FOR_PEOPLE)) == set()
    planted = documents.lines_for_people({"a.md": "## Is dit anoniem?\nJa, dit is anoniem.\n"}, ["a.md"])
    assert wording.claiming_anonymity(planted) == {"a.md:2"}


def test_every_file_that_a_document_names_is_there() -> None:
    assert documents.missing_files(DOCS, ROOT) == set()
    assert documents.missing_files({"a.md": "`bot/nobody.py` and `bot/wiring.py`"}, ROOT) == {"a.md: bot/nobody.py"}


def test_every_setting_that_a_document_names_exists() -> None:
    assert documents.unknown_settings(PAGES, SETTINGS) == set()
    planted = {"a.md": "ADEMPAUZE_HOST, ADEMPAUZE_DATABASE_URL_FILE, ADEMPAUZE_NOBODY"}
    assert documents.unknown_settings(planted, SETTINGS) == {"a.md: ADEMPAUZE_NOBODY"}


def test_every_command_and_option_that_a_document_names_exists() -> None:
    assert documents.unknown_commands(PAGES, options_of) == set()
    planted = {"a.md": "`adempauze doctor --settings`\n```sh\nadempauze doctor --all\nadempauze undo\n```\n"}
    assert documents.unknown_commands(planted, options_of) == {"a.md: doctor --all", "a.md: undo"}


def test_the_page_on_the_instrument_holds_every_item_as_it_is_asked() -> None:
    instrument, page = shipped_instrument(), PAGES["docs/instrument.md"]
    rows = [f"| {item.wording['nl']} | {item.wording['en']} |" for item in instrument.items]
    labels = [" / ".join(label["nl"] for label in item.scale.labels) for item in instrument.items]
    assert [row for row in (*rows, *labels) if row not in page] == []


def test_the_page_on_production_holds_the_sql_that_migrate_prints() -> None:
    roles = Roles(Settings().app_role, Settings().reader_role)
    printed = [*role_statements(roles, "adempauze", "adempauze"), *erasure_statements(roles)]
    assert [statement for statement in printed if f"{statement};" not in PAGES["docs/production.md"]] == []


def test_the_page_on_production_asks_of_a_server_what_the_embedded_one_has() -> None:
    (asked, *_) = [block for block in documents.blocks(PAGES["docs/production.md"], "ini") if "wal_recycle" in block]
    settings = {line.partition("#")[0].strip() for line in asked.splitlines()} - {"track_commit_timestamp = off"}
    assert settings <= set(embedded.CONFIGURATION.splitlines())

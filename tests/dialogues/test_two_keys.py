"""The two keys, as the people who hold them meet them on their pages."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient, Response

from bot.logbook import follow, log_of
from bot.seats import PAGES, subject_of
from bot.server import Server
from bot.settings import Settings
from bot.texts import Texts
from bot.web.keys import PREFIXES
from surveys.errors import InputError
from surveys.model import LANGUAGES, STRICT, Language
from surveys.policy import Agreement
from surveys.seats import Seat
from surveys.standing import WAITS
from tests.keys import CHEAP, SECRETS
from tests.published import site
from tests.stage import Stage, staged

COUNCIL, ADMINISTRATOR = Seat.WORKS_COUNCIL, Seat.ADMINISTRATOR


@pytest.fixture
async def stage(house: tuple[Server, Settings]) -> AsyncIterator[Stage]:
    """The stage before anybody has signed."""
    async with staged(*house, live=False) as playing:
        yield playing


@asynccontextmanager
async def browser(stage: Stage, language: Language = "nl") -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(site(stage))
    headers = {"accept-language": language}
    async with AsyncClient(
        transport=transport, base_url="https://pauze.test", headers=headers, follow_redirects=True
    ) as client:
        yield client


async def ceremony(stage: Stage, seat: Seat, link: str | None = None, language: Language = "nl") -> str:
    """Take a seat as its holder does; returns what the last page says."""
    async with browser(stage, language) as holder:
        await holder.post(f"/l/{link or await stage.app.seats.invite(seat)}")
        taken = await holder.post("/seat", data={"secret": SECRETS[seat], "again": SECRETS[seat]})
        assert taken.status_code == 200, taken.text
        return html.unescape(taken.text)


@asynccontextmanager
async def seated(stage: Stage, seat: Seat, language: Language = "nl") -> AsyncIterator[AsyncClient]:
    """Open the page of a seat."""
    async with browser(stage, language) as client:
        await client.post(f"/l/{await stage.app.links.one_time(subject_of(seat), PAGES[seat])}")
        yield client


async def post(stage: Stage, seat: Seat, form: str, /, **fields: str) -> Response:
    async with seated(stage, seat) as client:
        return await client.post(f"{PREFIXES[seat]}/{form}", data={"secret": SECRETS[seat]} | fields)


async def live(stage: Stage) -> None:
    """Fill both seats and let them agree."""
    for seat in Seat:
        await ceremony(stage, seat)
    assert (await post(stage, ADMINISTRATOR, "propose", reason="Go live.")).status_code == 200
    assert (await post(stage, COUNCIL, "decide", what="accept", place="3")).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seat", Seat)
async def test_whoever_takes_a_seat_chooses_the_secret_and_sees_the_recovery_code_once(
    stage: Stage, seat: Seat, language: Language
) -> None:
    page = await ceremony(stage, seat, language=language)
    standing = await stage.app.seats.standing()
    assert Texts(language)("seat.done.title") in page
    assert standing.holders[seat].key in page
    assert standing.head[1] in page
    assert re.search(r"<code>(\w{4}-){7}\w{4}</code>", page)


@pytest.mark.parametrize(
    ("secret", "again", "said"),
    [("short", "short", "seat.weak"), ("a" * 30, "a" * 30, "seat.weak"), (SECRETS[COUNCIL], "other", "seat.differs")],
)
async def test_a_secret_that_can_be_guessed_or_was_mistyped_takes_no_seat(
    stage: Stage, secret: str, again: str, said: str
) -> None:
    async with browser(stage) as holder:
        await holder.post(f"/l/{await stage.app.seats.invite(COUNCIL)}")
        refused = await holder.post("/seat", data={"secret": secret, "again": again})
    assert refused.status_code == 422
    assert Texts("nl")(said, shortest=16) in html.unescape(refused.text)
    assert (await stage.app.seats.standing()).holders == {}


async def test_a_seat_that_is_taken_is_given_by_nobody_but_a_seat(stage: Stage) -> None:
    """No command replaces whoever sits: the seat is handed over on a page, with a secret."""
    spare = await stage.app.seats.invite(COUNCIL)
    await ceremony(stage, COUNCIL)
    with pytest.raises(InputError, match="handed over"):
        await stage.app.seats.invite(COUNCIL)
    async with browser(stage) as late:
        page = await late.post(f"/l/{spare}")
        assert page.status_code == 403
        tried = await late.post("/seat", data={"secret": SECRETS[COUNCIL], "again": SECRETS[COUNCIL]})
    assert tried.status_code == 403
    assert (await stage.app.seats.standing()).head[0] == 1


async def test_whoever_comes_second_with_a_good_link_takes_no_seat(stage: Stage) -> None:
    async with browser(stage) as late:
        await late.post(f"/l/{await stage.app.seats.invite(COUNCIL)}")
        await replace(stage.app.seats, cost=CHEAP).take(COUNCIL, SECRETS[COUNCIL])
        tried = await late.post("/seat", data={"secret": SECRETS[COUNCIL], "again": SECRETS[COUNCIL]})
    assert tried.status_code == 403
    assert (await stage.app.seats.standing()).head[0] == 1


async def test_nobody_without_the_link_of_a_seat_sees_a_page_or_signs(stage: Stage) -> None:
    await live(stage)
    for seat in Seat:
        for stranger in (None, "works-council" if seat is ADMINISTRATOR else "administrator"):
            async with browser(stage) as client:
                if stranger:
                    await client.post(f"/l/{await stage.app.links.one_time(f'seat:{stranger}', PAGES[seat])}")
                for path in ("", "/log.json"):
                    assert (await client.get(PREFIXES[seat] + path)).status_code == 403
                for form in ("propose", "decide", "hand-over"):
                    sent = await client.post(f"{PREFIXES[seat]}/{form}", data={"secret": SECRETS[seat]})
                    assert sent.status_code == 403
    assert (await stage.app.seats.standing()).head[0] == 4


@pytest.mark.parametrize("language", LANGUAGES)
async def test_both_seats_sign_and_both_see_what_holds(stage: Stage, language: Language) -> None:
    await live(stage)
    t = Texts(language)
    for seat in Seat:
        async with seated(stage, seat, language) as client:
            page = html.unescape((await client.get(PREFIXES[seat])).text)
        assert t("keys.agreed") in page
        assert t("keys.log.holds", count=4) in page
        assert t("keys.told.accepted", place=3) in page
        assert "Hoe stressvol was je werk de afgelopen week?" in page


async def test_a_weakening_waits_for_the_works_council_which_sees_it_on_its_page(stage: Stage) -> None:
    await live(stage)
    sent = await post(stage, ADMINISTRATOR, "propose", retention_days="30", reason="Een lange vakantie.")
    assert Texts("nl")("keys.done.proposed") in html.unescape(sent.text)
    assert (await agreement_of(stage)).retention_days == 5
    async with seated(stage, COUNCIL) as client:
        home = html.unescape((await client.get("/council")).text)
        page = html.unescape((await client.get("/council/keys")).text)
    assert Texts("nl")("council.keys.waiting", count=1) in home
    assert "Een lange vakantie." in page
    assert Texts("nl")("keys.proposal.becomes", value=Texts("nl")("keys.days", days=30)) in page
    await post(stage, COUNCIL, "decide", what="accept", place="5")
    assert (await agreement_of(stage)).retention_days == 30


async def test_the_works_council_refuses_with_a_reason_that_the_administrator_reads(stage: Stage) -> None:
    await live(stage)
    await post(stage, ADMINISTRATOR, "propose", retention_days="30", reason="Een lange vakantie.")
    unexplained = await post(stage, COUNCIL, "decide", what="refuse", place="5")
    assert unexplained.status_code == 422
    await post(stage, COUNCIL, "decide", what="refuse", place="5", reason="Dat is te lang.")
    async with seated(stage, ADMINISTRATOR) as client:
        page = html.unescape((await client.get("/keys")).text)
    assert "Dat is te lang." in page
    assert Texts("nl")("keys.waiting.none") in page
    assert (await agreement_of(stage)).retention_days == 5


async def test_a_strengthening_holds_at_once_under_one_key(stage: Stage) -> None:
    await live(stage)
    sent = await post(stage, COUNCIL, "propose", preset="strict", reason="Liever streng.")
    assert Texts("nl")("keys.done.strengthened") in html.unescape(sent.text)
    assert (await agreement_of(stage)).protection == STRICT


async def test_without_the_right_secret_nothing_is_signed(stage: Stage) -> None:
    await live(stage)
    for form, fields in (
        ("propose", {"preset": "strict", "reason": "x"}),
        ("hand-over", {}),
    ):
        refused = await post(stage, COUNCIL, form, **fields, secret="not this one at all")
        assert refused.status_code == 422
        assert Texts("nl")("keys.wrong_secret") in html.unescape(refused.text)
        assert "not this one" not in refused.text
    assert (await stage.app.seats.standing()).head[0] == 4


async def test_a_proposal_that_nobody_answers_lapses(stage: Stage) -> None:
    await live(stage)
    await post(stage, ADMINISTRATOR, "propose", retention_days="30", reason="Even.")
    stage.clock.forward(seconds=WAITS.total_seconds() + 1)
    late = await post(stage, COUNCIL, "decide", what="accept", place="5")
    assert late.status_code == 422
    assert Texts("nl")("keys.waiting.none") in html.unescape(late.text)
    assert (await agreement_of(stage)).retention_days == 5


async def test_a_new_works_council_takes_over_from_the_old_one(stage: Stage) -> None:
    """The link for the next holder comes from the sitting seat, never by way of the command line."""
    await live(stage)
    before = (await stage.app.seats.standing()).holders[COUNCIL].key
    page = await post(stage, COUNCIL, "hand-over")
    (link,) = re.findall(r"https://pauze\.test/l/([\w-]{64})", page.text)
    with pytest.raises(InputError):
        await stage.app.seats.invite(COUNCIL)
    await ceremony(stage, COUNCIL, link)
    assert (await stage.app.seats.standing()).holders[COUNCIL].key != before


async def test_the_works_council_frees_the_seat_of_an_administrator_who_left(stage: Stage) -> None:
    await live(stage)
    page = await post(stage, COUNCIL, "hand-over", seat="administrator")
    (link,) = re.findall(r"https://pauze\.test/l/([\w-]{64})", page.text)
    await ceremony(stage, ADMINISTRATOR, link)
    assert len((await stage.app.seats.standing()).holders) == 2


async def test_handing_over_a_seat_signs_out_whoever_had_it(stage: Stage) -> None:
    await live(stage)
    async with seated(stage, COUNCIL) as client:
        await client.post("/council/keys/hand-over", data={"secret": SECRETS[COUNCIL]})
        assert (await client.get("/council/keys")).status_code == 403


async def test_a_log_that_was_changed_is_told_on_the_pages(stage: Stage) -> None:
    """Whoever changes the log behind the product is seen by the works council."""
    await live(stage)
    for tamper in ("document || ' '::bytea", "'no JSON'::bytea"):
        await stage.run(
            f"SET session_replication_role = replica; UPDATE surveys.log SET document = {tamper} WHERE seq = 2"
        )
        async with seated(stage, COUNCIL) as client:
            for path in ("/council", "/council/keys"):
                assert Texts("nl")("keys.log.broken") in html.unescape((await client.get(path)).text)
            assert follow(log_of((await client.get("/council/keys/log.json")).content)).broken


async def test_a_link_from_before_a_seat_was_taken_opens_nothing_any_more(stage: Stage) -> None:
    old = await stage.app.links.one_time(subject_of(COUNCIL), PAGES[COUNCIL])
    await ceremony(stage, COUNCIL)
    async with browser(stage) as client:
        assert (await client.post(f"/l/{old}")).status_code == 403


async def test_the_log_that_a_seat_downloads_can_be_checked(stage: Stage) -> None:
    await live(stage)
    async with seated(stage, COUNCIL) as client:
        followed = follow(log_of((await client.get("/council/keys/log.json")).content))
        assert followed.head in (await client.get("/council")).text
    assert (followed.broken, len(followed.lines)) == ("", 4)


@pytest.mark.parametrize(
    "fields",
    [
        {"retention_days": "x"},
        {"retention_days": "0"},
        {"preset": "weakest"},
        {"without": "no_such_question"},
        {},
        {"retention_days": "30", "reason": ""},
        {"purpose_nl": "x" * 2000},
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_signed(stage: Stage, fields: dict[str, str]) -> None:
    await live(stage)
    refused = await post(stage, ADMINISTRATOR, "propose", **({"reason": "Because."} | fields))
    assert refused.status_code == 422
    assert (await stage.app.seats.standing()).head[0] == 4


async def agreement_of(stage: Stage) -> Agreement:
    agreement = (await stage.app.seats.standing()).agreement
    assert agreement is not None
    return agreement

"""Pure decisions, thin edges: each rule looks at the product, and at a copy with a planted fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.edges import EDGES, ambient, at_import, catch_alls
from tests.architecture.tree import ROOT, plant, sources

OUTERMOST = {"bot/clock.py", "bot/inbox.py"}
"""Where everything may be caught, in one of them alone: a tick that fails, or a person who gets a kind answer."""

LONGEST_FILE = 300


def too_long(root: Path) -> list[str]:
    return [path for path, _ in sources(root) if len((root / path).read_text("utf-8").splitlines()) > LONGEST_FILE]


def test_time_chance_and_environment_enter_at_the_named_edges_alone() -> None:
    assert ambient(ROOT) == []


def test_nothing_connects_or_looks_around_while_it_is_imported() -> None:
    assert at_import(ROOT) == []


def test_everything_is_caught_in_one_place_at_most() -> None:
    found = catch_alls(ROOT)
    assert len(found) <= 1, found
    assert {place.partition(":")[0] for place in found} <= OUTERMOST


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    assert too_long(ROOT) == []


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndef f():\n    return datetime.now()",
        "import datetime\ndef f():\n    return datetime.datetime.now(datetime.UTC)",
        "from datetime import date\ndef f():\n    return date.today()",
        "import time\ndef f():\n    return time.time()",
        "from time import monotonic",
        "import os\ndef f():\n    return os.environ['A']",
        "from os import environ",
        "import os\nkey = os.urandom",
        "from uuid import uuid4\ndef f():\n    return uuid4()",
        "import uuid\ndef f(make=uuid.uuid4):\n    return make()",
        "import random\ndef f():\n    return random.choice([1])",
        "import random\ndef f():\n    return random.Random()",
        "from secrets import token_bytes",
        "import numpy as np\ndef f():\n    return np.random.default_rng()",
        "import numpy\ndef f():\n    return numpy.random.normal()",
    ],
)
def test_a_planted_look_around_is_seen(code: str, tmp_path: Path) -> None:
    plant(tmp_path, "surveys/planted.py", code)
    assert ambient(tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "import random\ndef f(seed: int):\n    return random.Random(seed)",
        "import numpy as np\ndef f(seed: int) -> np.random.Generator:\n    return np.random.default_rng(seed)",
        "def f(rng):\n    return rng.random()",
        "from datetime import datetime\ndef f(now: datetime):\n    return now.date()",
    ],
)
def test_time_and_chance_as_arguments_are_fine(code: str, tmp_path: Path) -> None:
    plant(tmp_path, "surveys/planted.py", code)
    assert ambient(tmp_path) == []


def test_an_edge_may_look_around(tmp_path: Path) -> None:
    for edge in EDGES:
        plant(tmp_path, edge, "import os\ndef f():\n    return os.environ")
    assert ambient(tmp_path) == []


@pytest.mark.parametrize(
    "code",
    [
        "import os\nHOME = os.environ['HOME']",
        "import os\nclass Settings:\n    home = os.getenv('HOME')",
        "from datetime import datetime\ndef f(now=datetime.now()):\n    return now",
        "import psycopg\nconnection = psycopg.connect('')",
        "from sqlalchemy import create_engine\nif True:\n    engine = create_engine('')",
    ],
)
def test_a_planted_look_around_at_import_is_seen_at_an_edge_too(code: str, tmp_path: Path) -> None:
    plant(tmp_path, "bot/wiring.py", code)
    assert at_import(tmp_path)


def test_what_only_runs_when_called_is_not_seen_as_import(tmp_path: Path) -> None:
    plant(tmp_path, "bot/wiring.py", "import os\ndef f():\n    return os.environ\nlater = lambda: os.environ")
    assert at_import(tmp_path) == []


@pytest.mark.parametrize("handler", ["except:", "except Exception:", "except (KeyError, BaseException) as error:"])
def test_a_planted_catch_all_is_seen(handler: str, tmp_path: Path) -> None:
    plant(tmp_path, "bot/planted.py", f"try:\n    pass\n{handler}\n    pass")
    assert catch_alls(tmp_path) == ["bot/planted.py:3"]


def test_a_narrow_handler_is_no_catch_all(tmp_path: Path) -> None:
    plant(tmp_path, "bot/planted.py", "try:\n    pass\nexcept OSError:\n    pass")
    assert catch_alls(tmp_path) == []


def test_a_planted_long_file_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, "bot/planted.py", "pass\n" * (LONGEST_FILE + 1))
    assert too_long(tmp_path) == ["bot/planted.py"]

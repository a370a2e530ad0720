"""The attacker: reads a Release as an outsider would, and tries to learn what it must not tell (PRIVACY 8).

It shares no code with the maker of Releases (`analytics.disclosure` and what that uses): it knows the rules as
`docs/release-format.md` states them, and reads every figure as the interval that it is.

| file | what it does |
|---|---|
| `claims.py` | what was published, as linear claims about groups of people that no claim divides (*atoms*) |
| `nested.py` | answers that fit claims about nested groups, without a programme |
| `alone.py` | what the people of one atom can have answered while all others stay where they are |
| `programme.py` | a linear or integer programme; every integer point is checked in whole numbers |
| `attack.py` | outsiders: single people and small groups |
| `insider.py` | people who know their own answer, alone or together |
| `turnout.py`, `presence.py`, `counted.py` | who took part; one set of people who may have; the same by facet |
| `beside.py`, `crossed.py`, `network.py` | means by facet, which cut people in another way than the tree |
| `shapes.py` | shares of answers, and what it says that there are none |
| `figures.py` | from the cells of a Release to claims |
| `verdict.py` | what was found, in sentences |
| `releases.py` | the audit of Releases: the gate before publishing, and the one on an export |

**It fails closed.** An integer point (answers that fit everything published) proves that something stays open; a
linear or integer optimum proves a leak; whatever is not settled within the limits counts as a leak.

**What fits later.** Every published number is a claim `low <= sum of weight[answer] <= high` over a known set of
people. A mean is that with the weights 1 to 5, a count with five ones, one bar of a histogram with a single one,
three bands with ones for their options. People are any keys: cohorts, or (cohort, value) where a facet is told;
(person, period) for reporting periods, or (person, wave) for windows. Claims that share people are judged together,
whatever Release they come from.
"""

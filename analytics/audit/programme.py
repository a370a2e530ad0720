"""A linear programme in whole numbers, solved by HiGHS and then not believed: every point is checked exactly.

All coefficients are whole numbers, so that a point which HiGHS found can be rounded and put into every row without
any machine's rounding. A value counts as optimal only if the solver's own bound leaves no better whole number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

NODES: Final = 20_000
"""Branches that one programme may take; the same on every machine."""
SECONDS: Final = 20.0
"""A stop beside it, for machines that are far too slow."""
DONE, INFEASIBLE = 0, 2

Ints = NDArray[np.int64]
Linear = Mapping[int, int]
"""Coefficient by column."""


class Undecided(Exception):
    """The programme could not be settled within its limits. Whoever asked must take it for a leak."""


@dataclass
class Programme:
    """Columns between bounds, and rows `low <= sum of coefficients <= high`. `cells` names where a row comes from."""

    nodes: int = NODES
    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    _at: list[int] = field(default_factory=list)
    _of: list[int] = field(default_factory=list)
    _by: list[int] = field(default_factory=list)
    _made: csr_matrix | None = None

    def column(self, lower: int, upper: int) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def row(self, linear: Linear, low: int | None = None, high: int | None = None, cell: str = "") -> None:
        self._at += [len(self.low)] * len(linear)
        self._of += linear.keys()
        self._by += linear.values()
        self.low.append(-np.inf if low is None else low)
        self.high.append(np.inf if high is None else high)
        self.cells.append(cell)

    def least(self, cost: Linear) -> tuple[int, Ints] | None:
        """The least value of `cost` and a point that has it; None when no point fits. Raises Undecided."""
        if not self.lower:
            fits = all(low <= 0 <= high for low, high in zip(self.low, self.high, strict=True))
            return (0, np.zeros(0, dtype=np.int64)) if fits else None
        for presolve in (True, False):
            found = milp(
                self._cost(cost),
                integrality=np.ones(len(self.lower)),
                bounds=Bounds(self.lower, self.upper),
                constraints=self._constraints(),
                options={"node_limit": self.nodes, "time_limit": SECONDS, "presolve": presolve, "mip_rel_gap": 0.0},
            )
            if found.status == INFEASIBLE:
                return None
            if found.status == DONE and found.x is not None:
                return self._checked(found, cost)
        raise Undecided(str(found.message))

    def proof(self, cost: Linear) -> tuple[str, ...]:
        """The cells of the rows that hold the least value of `cost` where it is: a non-zero dual (T5)."""
        matrix, low, high = self._matrix(), np.array(self.low), np.array(self.high)
        below, above = np.isfinite(high), np.isfinite(low)
        solved = linprog(
            self._cost(cost),
            A_ub=vstack([matrix[below], -matrix[above]]),
            b_ub=np.concatenate([high[below], -low[above]]),
            bounds=np.column_stack([self.lower, self.upper]),
            method="highs",
        )
        if solved.status != DONE:
            return ()
        rows = np.concatenate([np.flatnonzero(below), np.flatnonzero(above)])
        held = rows[np.abs(solved.ineqlin.marginals) > 1e-9]
        return tuple(dict.fromkeys(self.cells[row] for row in held if self.cells[row]))

    def _cost(self, cost: Linear) -> NDArray[np.float64]:
        whole = np.zeros(len(self.lower))
        whole[list(cost)] = list(cost.values())
        return whole

    def _matrix(self) -> csr_matrix:
        shape = len(self.low), len(self.lower)
        if self._made is None or self._made.shape != shape:
            self._made = csr_matrix((self._by, (self._at, self._of)), shape=shape, dtype=np.int64)
        return self._made

    def _constraints(self) -> Sequence[LinearConstraint]:
        return [LinearConstraint(self._matrix(), self.low, self.high)] if self.low else []

    def _checked(self, found: object, cost: Linear) -> tuple[int, Ints]:
        point = np.rint(found.x).astype(np.int64)  # type: ignore[attr-defined]
        sums = self._matrix() @ point
        inside = (point >= self.lower) & (point <= self.upper)
        if not (inside.all() and (sums >= self.low).all() and (sums <= self.high).all()):
            raise Undecided("a point that the solver gave does not fit in whole numbers")
        value = sum(by * int(point[column]) for column, by in cost.items())
        if found.mip_dual_bound < value - 0.5:  # type: ignore[attr-defined]
            raise Undecided("a smaller value was not excluded")
        return value, point

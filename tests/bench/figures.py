"""The figures of a run: what was measured, its gate, and the table that is printed."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Figure:
    """One line of the table: median of the rounds, and the gate it must pass (none: only told)."""

    name: str
    value: float
    unit: str
    gate: str = ""
    kept: bool | None = None

    @property
    def verdict(self) -> str:
        """How the gate ended."""
        return "" if self.kept is None else "ok" if self.kept else "MISSED"


@dataclass
class Table:
    """All the lines, in the order in which they were measured."""

    figures: list[Figure] = field(default_factory=list)

    def tell(self, name: str, values: float | list[float], unit: str) -> float:
        """Note a figure without a gate; returns its median."""
        value = median(values)
        self._add(Figure(name, value, unit))
        return value

    def at_least(self, name: str, values: float | list[float], least: float, unit: str = "") -> None:
        """Note a figure that must reach a value."""
        value = median(values)
        self._add(Figure(name, value, unit, f">= {least:g}", value >= least))

    def below(self, name: str, values: float | list[float], most: float, unit: str = "") -> None:
        """Note a figure that must stay below a value, or reach it at most."""
        value = median(values)
        self._add(Figure(name, value, unit, f"<= {most:g}", value <= most))

    def _add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(row(figure), flush=True)

    def missed(self) -> list[str]:
        """Names of the gates that were not kept."""
        return [figure.name for figure in self.figures if figure.kept is False]


def row(figure: Figure) -> str:
    """The figure as a line of the table."""
    value = f"{figure.value:,.0f}" if abs(figure.value) >= 100 else f"{figure.value:.2f}".rstrip("0").rstrip(".")
    told = f"{value} {figure.unit}".strip()
    return f"| {figure.name:<66} | {told:>16} | {figure.gate:>10} | {figure.verdict:<6} |"


def head(title: str) -> None:
    """Begin a part of the table."""
    print(f"\n{title}\n| {'':<66} | {'median':>16} | {'gate':>10} | {'':<6} |", flush=True)


def median(values: float | list[float]) -> float:
    """The middle of the rounds."""
    return float(statistics.median(values)) if isinstance(values, list) else float(values)


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the sorted values does not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]

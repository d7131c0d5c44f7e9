"""What a number may look like: zero, a rounded number, or hidden."""

from dataclasses import dataclass
from functools import cached_property

# A reader who tries to work out a hidden number must be left with at least so many values.
LEAST_VALUES = 3
NO_LIMIT = 1 << 40


@dataclass(frozen=True)
class Rule:
    """hide_below: the smallest number that may be shown. base: what shown numbers are rounded to."""

    hide_below: int = 8
    base: int = 5

    def __post_init__(self):
        if self.base < LEAST_VALUES or self.hide_below < LEAST_VALUES + 1:
            raise ValueError(f"Hiding below {self.hide_below} and rounding to {self.base} leaves fewer than {LEAST_VALUES} values.")

    def is_small(self, number):
        return 0 < number < self.hide_below

    def rounded(self, number):
        """A number from hide_below on as it is shown: the nearest multiple of the base, halves up.

        So near the line that fewer than three numbers would look the same, it goes to the multiple after that: with a line at 11, both
        11 and 12 are shown as 15, for a 10 could be nothing else.
        """
        return max(self._nearest(number), self._smallest_shown)

    def between(self, shown):
        """The least and the largest number that look like this."""
        least = self.hide_below if shown == self._smallest_shown else shown - self.base // 2
        return least, shown + (self.base - 1) // 2

    def _nearest(self, number):
        return (number + self.base // 2) // self.base * self.base

    @cached_property
    def _smallest_shown(self):
        nearest = self._nearest(self.hide_below)
        last = nearest + (self.base - 1) // 2
        return nearest if last - self.hide_below + 1 >= LEAST_VALUES else nearest + self.base
